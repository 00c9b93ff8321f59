/** The shown moment as a picture, with the colours of the page. */
import { momentText } from '../common/format.ts';
import { engineParts } from '../common/engines.ts';
import type { PageSession } from '../common/session.tsx';
import { topologyOf } from '../stage/topology.ts';
import { STILL_COLORS, STILL_SIZE, stillSvg, stillView, type StillColors } from './stillSvg.ts';

export function readColors(dark: boolean): StillColors {
  const probe = document.createElement('i');
  probe.style.colorScheme = dark ? 'dark' : 'light';
  document.body.append(probe);
  const colors = Object.fromEntries(STILL_COLORS.map((name) => {
    probe.style.color = `var(--${name})`;
    return [name, getComputedStyle(probe).color];
  }));
  probe.remove();
  return colors as unknown as StillColors;
}

export async function takeStill(session: PageSession, dark: boolean): Promise<string> {
  const { run, card, story, clock } = session.store.getState();
  if (run === null || card === null || story === null) throw new Error('No run is open.');
  const stories = (ref: string) => (Object.hasOwn(session.roles, ref) ? session.roles[ref] : engineParts(ref).pattern === card.id ? story.engines[engineParts(ref).name] : undefined);
  const colors = readColors(dark);
  const view = stillView(topologyOf(run.resolved, stories), run.resolved.nodes.flatMap((node) => node.layers.map(({ id }) => id)), colors);
  const scenario = story.scenarios[run.document.scenario];
  const variant = scenario?.variants[run.document.variant];
  return stillSvg(view, colors, run.look?.layers ?? {}, {
    title: `${card.title}: ${scenario?.title ?? ''}`, subtitle: variant?.title ?? '', caption: `${momentText(clock.atMs)} of ${Math.round(run.durationMs / 1000)} s, seed ${run.document.seed}. Patternscope`,
  }, await session.picture(view.paint));
}

/** An SVG picture as PNG, at twice its size. */
export async function pngOf(svg: string): Promise<Blob> {
  const address = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = STILL_SIZE.width * 2;
    canvas.height = STILL_SIZE.height * 2;
    canvas.getContext('2d')!.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) => { canvas.toBlob((blob) => (blob === null ? reject(new Error('The picture could not be made.')) : resolve(blob)), 'image/png'); });
  } finally {
    URL.revokeObjectURL(address);
  }
}

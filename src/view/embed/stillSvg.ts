/** A moment of a run as one SVG picture that stands on its own: for README files, print, and pages without scripts. Pure text in, text out. */
import type { Inspection } from '../../kernel/contract.ts';
import type { PaintTheme, PaintView } from '../../protocol/paint.ts';
import { words } from '../common/format.ts';
import { pathText } from '../stage/lines.ts';
import { modeLines, wireMark } from '../stage/mode.ts';
import { bestLayout, fitScale, WIRE_ROOM, type StageLayout } from '../stage/stageLayout.ts';
import type { Topology } from '../stage/topology.ts';

export interface StillColors extends PaintTheme {
  readonly paper: string;
  readonly soft: string;
  readonly edge: string;
  readonly line: string;
  readonly accent: string;
  readonly 'accent-wash': string;
}
export const STILL_COLORS = ['ink', 'ok', 'error', 'late', 'refused', 'throttled', 'retry', 'faint', 'surface', 'paper', 'soft', 'edge', 'line', 'accent', 'accent-wash'] as const satisfies readonly (keyof StillColors)[];
export interface StillText {
  readonly title: string;
  readonly subtitle: string;
  /** Under the picture: what is seen, and when. */
  readonly caption: string;
}
export const STILL_SIZE = { width: 960, height: 540 } as const;
const TOP = 64, BOTTOM = 40, SIDE = 24;
const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
/** Text as it may stand in SVG; what XML has no place for is left out. */
export const escaped = (text: string): string => text.replaceAll(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '').replaceAll(/[&<>"']/g, (character) => ESCAPES[character]!);
const r = (value: number): string => String(Math.round(value * 100) / 100);

export interface StillView {
  readonly layout: StageLayout;
  readonly paint: PaintView;
}
/** Where everything stands, and the view for the painter of the marks. `layers` in the order of the plan. */
export function stillView(topology: Topology, layers: readonly string[], theme: PaintTheme): StillView {
  const { width, height } = STILL_SIZE;
  const inner = { width: width - 2 * SIDE, height: height - TOP - BOTTOM };
  const layout = bestLayout(topology, inner.width, inner.height, 0);
  const k = fitScale(layout, inner.width, inner.height, 0, 1.4);
  const zoom = { k, x: (width - layout.width * k) / 2, y: TOP + (inner.height - layout.height * k) / 2 };
  return {
    layout,
    paint: {
      width, height, pixelRatio: 1, zoom, theme, speed: 1, reducedMotion: false, root: 0,
      links: layout.links.map(({ points }) => ({ points })),
      plates: layers.map((id) => layout.plates.find(({ layer }) => layer === id)?.point ?? null),
      nodes: layout.nodes.map(({ x, y, w, h }) => ({ x: x + w / 2, y: y + h / 2 })),
    },
  };
}

/** `marks`: the painter's SVG element for `view.paint`; empty for none. */
export function stillSvg({ layout, paint }: StillView, colors: StillColors, inspections: Readonly<Record<string, Inspection>>, text: StillText, marks: string): string {
  const { width, height } = STILL_SIZE;
  const { k, x, y } = paint.zoom;
  const words1 = (content: string, at: { readonly x: number; readonly y: number; readonly size: number; readonly fill: string; readonly weight?: number; readonly anchor?: string }): string =>
    `<text x="${r(at.x)}" y="${r(at.y)}" font-size="${at.size}" fill="${at.fill}"${at.weight === undefined ? '' : ` font-weight="${at.weight}"`}${at.anchor === undefined ? '' : ` text-anchor="${at.anchor}"`}>${escaped(content)}</text>`;
  const links = layout.links.map(({ points }) => `<path d="${pathText(points)}" fill="none" stroke="${colors.line}" stroke-width="1.5"/>`).join('');
  const plates = layout.plates.map((box) => {
    const inspection = inspections[box.layer];
    const tone = inspection?.tone === 'alert' ? colors.error : inspection?.tone === 'warn' ? colors.late : colors.accent;
    const row = layout.orientation === 'row';
    // A switch on the wire: conducting, open, or with a way for probes alone.
    const mark = wireMark(inspection), length = row ? box.w : box.h;
    const line = mark === 'open' || mark === 'half' ? `M${r(-length / 2 + 12)},0h${r(length / 2 - 30)}l30,-13M20,0H${r(length / 2 - 12)}` : `M${r(-length / 2 + 12)},0H${r(length / 2 - 12)}`;
    const wires = (box.wires.length === 0 ? [(row ? box.y : box.x) + WIRE_ROOM / 2] : box.wires).map((wire) => `<g transform="${row ? `translate(${r(box.x + box.w / 2)},${r(wire)})` : `translate(${r(wire)},${r(box.y + box.h / 2)}) rotate(90)`}"><path d="${line}" fill="none" stroke="${tone}" stroke-width="2.5"/>${mark === 'half' ? `<path d="M-18,0H20" stroke="${tone}" stroke-width="2" stroke-dasharray="2 4"/>` : ''}</g>`).join('');
    const at = row ? { x: box.x + box.w / 2, y: box.y + box.h - 24, anchor: 'middle' } : { x: box.x + box.w - 110, y: box.y + box.h / 2 - 4 };
    const [mode] = modeLines(inspection);
    return `<rect x="${r(box.x)}" y="${r(box.y)}" width="${r(box.w)}" height="${r(box.h)}" rx="6" fill="${colors['accent-wash']}" stroke="${tone}"/>${wires}`
      + words1(clipped(words(box.layer), 20), { ...at, size: 12, fill: colors.ink, weight: 600 }) + words1(clipped(mode, 18), { ...at, y: at.y + 15, size: 11.5, fill: tone });
  }).join('');
  const nodes = layout.nodes.map(({ node, x: left, y: top, w, h }) => {
    const app = node.layers.filter(({ place }) => place === 'app').map(({ id }) => inspections[id]).find((it) => it?.slots !== undefined || it?.queue !== undefined);
    const state = app === undefined ? '' : [app.slots === undefined ? '' : `${app.slots.used} of ${app.slots.of} busy`, app.queue === undefined || app.queue.length === 0 ? '' : `${app.queue.length} waiting`].filter(Boolean).join(', ');
    return `<rect x="${r(left)}" y="${r(top)}" width="${r(w)}" height="${r(h)}" rx="8" fill="${colors.surface}" stroke="${colors.edge}"/>`
      + words1(clipped(node.title, 22), { x: left + w / 2, y: top + h / 2 + (state === '' ? 5 : -3), size: 14, fill: colors.ink, weight: 600, anchor: 'middle' })
      + (state === '' ? '' : words1(clipped(state, 26), { x: left + w / 2, y: top + h / 2 + 16, size: 11.5, fill: colors.soft, anchor: 'middle' }));
  }).join('');
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${FONT}" role="img" aria-labelledby="still-title still-text">`
    + `<title id="still-title">${escaped(text.title)}</title><desc id="still-text">${escaped(`${text.subtitle}. ${text.caption}`)}</desc>`
    + `<rect width="${width}" height="${height}" rx="10" fill="${colors.surface}" stroke="${colors.edge}"/>`
    + words1(clipped(text.title, 60), { x: SIDE, y: 30, size: 19, fill: colors.ink, weight: 700 }) + words1(clipped(text.subtitle, 118), { x: SIDE, y: 51, size: 13.5, fill: colors.soft })
    + `<g transform="translate(${r(x)},${r(y)}) scale(${r(k)})">${links}${plates}${nodes}</g>${marks}`
    + words1(clipped(text.caption, 130), { x: SIDE, y: height - 15, size: 12.5, fill: colors.soft })
    + `</svg>`;
}
const clipped = (text: string, most: number): string => (text.length <= most ? text : `${text.slice(0, most - 1)}…`);

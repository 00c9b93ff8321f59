/**
 * One frame of a film as SVG: the title, the stage as it stood at a moment, what to look at, the words, and where in the run it is. Pure text
 * in, text out: the same frame on any machine.
 */
import type { FilmFrame, FilmRun } from './plan.ts';
import { linesOf } from './lines.ts';

/** Units of a frame; films of other sizes scale it. */
export const FRAME = { width: 960, height: 540 } as const;
/** Where the stage stands in a frame. */
export const STAGE_AREA = { x: 20, y: 58, width: 920, height: 306 } as const;
const SIDE = 24, CAPTION = { y: 374, height: 106 }, LINE_Y = 508;
const POINTER_MS = 700;

export interface FrameColors {
  readonly ink: string;
  readonly soft: string;
  readonly faint: string;
  readonly line: string;
  readonly paper: string;
  readonly surface: string;
  readonly error: string;
  readonly accent: string;
  readonly 'accent-wash': string;
}
interface Box {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}
export interface FrameParts {
  readonly run: FilmRun;
  readonly frame: FilmFrame;
  /** Steps of the whole tour. */
  readonly steps: number;
  /** The stage as an SVG document of the frame's size. */
  readonly stage: string;
  /** The card of a node, in units of the frame. */
  readonly boxOf: (node: string) => Box | undefined;
  readonly colors: FrameColors;
}
const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => ESCAPES[character]!);
const r = (value: number): string => String(Math.round(value * 10) / 10);
const text = (content: string, x: number, y: number, size: number, fill: string, more = ''): string => `<text x="${r(x)}" y="${r(y)}" font-size="${size}" fill="${fill}"${more}>${escaped(content)}</text>`;

export function frameSvg(parts: FrameParts): string {
  const { stage, colors } = parts;
  // The corners of a still are round; a film's are not.
  const open = stage.indexOf('>') + 1;
  return `${stage.slice(0, open)}<rect width="${FRAME.width}" height="${FRAME.height}" fill="${colors.surface}"/>${stage.slice(open, stage.lastIndexOf('</svg>'))}${heading(parts)}${pointer(parts)}${caption(parts)}${timeLine(parts)}</svg>`;
}

function heading({ run, colors }: FrameParts): string {
  return `<rect width="${FRAME.width}" height="52" fill="${colors.paper}"/><path d="M0,52H${FRAME.width}" stroke="${colors.line}"/>`
    + text(run.title, SIDE, 24, 17, colors.ink, ' font-weight="700"') + text(run.subtitle, SIDE, 43, 13, colors.soft)
    + text('Patternscope', FRAME.width - SIDE, 32, 13, colors.faint, ' text-anchor="end"');
}

/** A ring about what the words speak of, and a pointer that goes there. */
function pointer({ run, frame, boxOf, colors }: FrameParts): string {
  const i = run.beats.findIndex(({ step }) => step === frame.beat);
  const focus = run.beats[i]?.focus;
  const box = focus === undefined ? undefined : boxOf(focus);
  if (box === undefined) return '';
  const earlier = run.beats.slice(0, Math.max(0, i)).findLast((beat) => beat.focus !== undefined)?.focus;
  const from = earlier === undefined ? undefined : boxOf(earlier);
  const at = tip(box), start = from === undefined ? { x: FRAME.width / 2, y: CAPTION.y } : tip(from);
  const done = Math.min(1, frame.sinceMs / POINTER_MS);
  const eased = done * done * (3 - 2 * done);
  const x = start.x + (at.x - start.x) * eased, y = start.y + (at.y - start.y) * eased;
  const spread = 4 + 6 * (1 - eased);
  return `<rect x="${r(box.x - spread)}" y="${r(box.y - spread)}" width="${r(box.w + 2 * spread)}" height="${r(box.h + 2 * spread)}" rx="12" fill="none" stroke="${colors.accent}" stroke-width="2.5" opacity="${r(0.2 + 0.8 * eased)}"/>`
    + `<path transform="translate(${r(x)},${r(y)})" d="M0,0 0,17 4.2,13.2 7,19.6 9.8,18.4 7,12.2 12.4,12Z" fill="${colors.ink}" stroke="${colors.surface}" stroke-width="1.4" stroke-linejoin="round"/>`;
}
const tip = ({ x, y, w, h }: Box) => ({ x: x + w * 0.82, y: y + h * 0.7 });

function caption({ run, frame, steps, colors }: FrameParts): string {
  const beat = run.beats.find(({ step }) => step === frame.beat);
  const ground = `<rect x="0" y="${CAPTION.y}" width="${FRAME.width}" height="${FRAME.height - CAPTION.y}" fill="${colors.paper}"/><path d="M0,${CAPTION.y}H${FRAME.width}" stroke="${colors.line}"/>`;
  if (beat === undefined) return ground + text(run.subtitle, SIDE, CAPTION.y + 26, 17, colors.ink, ' font-weight="700"');
  const width = FRAME.width - 2 * SIDE;
  const size = [15.5, 14, 12.5].find((it) => linesOf(beat.text, it, width, 9).length <= (it > 15 ? 3 : 4)) ?? 12.5;
  const lines = linesOf(beat.text, size, width, 4);
  const head = `Step ${frame.beat + 1} of ${steps}`;
  return ground + text(head, FRAME.width - SIDE, CAPTION.y + 25, 12.5, colors.accent, ' font-weight="600" text-anchor="end"') + text(beat.title, SIDE, CAPTION.y + 26, 17, colors.ink, ' font-weight="700"')
    + lines.map((line, i) => text(line, SIDE, CAPTION.y + 48 + i * size * 1.32, size, colors.soft)).join('');
}

function timeLine({ run, frame, colors }: FrameParts): string {
  const left = SIDE, right = FRAME.width - 130;
  const x = (ms: number): number => left + ((right - left) * Math.min(1, Math.max(0, ms / run.durationMs)));
  const faults = run.faults.filter(({ fromMs }) => fromMs < run.durationMs).map(({ fromMs, untilMs }) => `<rect x="${r(x(fromMs))}" y="${LINE_Y - 5}" width="${r(Math.max(3, x(untilMs) - x(fromMs)))}" height="10" fill="${colors.error}" opacity="0.28"/>`).join('');
  const beats = run.beats.map(({ atMs, step }) => {
    const reached = step <= frame.beat;
    return `<circle cx="${r(x(atMs))}" cy="${LINE_Y}" r="4.5" fill="${reached ? colors.accent : colors.paper}" stroke="${reached ? colors.accent : colors.faint}" stroke-width="1.5"/>`;
  }).join('');
  const now = x(frame.atMs);
  return `<path d="M${left},${LINE_Y}H${right}" stroke="${colors.line}" stroke-width="2"/>${faults}<path d="M${left},${LINE_Y}H${r(now)}" stroke="${colors.accent}" stroke-width="2"/>${beats}`
    + `<path d="M${r(now)},${LINE_Y - 12}V${LINE_Y + 12}" stroke="${colors.ink}" stroke-width="2"/>`
    + text(`${(frame.atMs / 1000).toFixed(1)} of ${Math.round(run.durationMs / 1000)} s`, FRAME.width - SIDE, LINE_Y + 5, 13, colors.soft, ' text-anchor="end"');
}

/** Stills: the same drawing, written down as SVG by a pen that keeps elements instead of pixels. */
import type { PaintView } from '../protocol/paint.ts';
import type { PaintHistory } from './history.ts';
import { drawScene } from './paint.ts';
import type { Pen } from './pen.ts';
import { sceneAt } from './scene.ts';

/** The marks of a moment as one `<svg>` element in CSS px, to be shown on its own or laid over the stage's. */
export function toSvg(history: PaintHistory, view: PaintView, atMs: number): string {
  const pen = new SvgPen();
  const { dots } = drawScene(pen, sceneAt(history, view, atMs), view);
  const { width, height } = view;
  const label = `${dots} ${dots === 1 ? 'mark' : 'marks'} at ${brief(atMs)} ms`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${brief(width)}" height="${brief(height)}" viewBox="0 0 ${brief(width)} ${brief(height)}"`
    + ` role="img" aria-label="${escapeXml(label)}">${pen.elements.join('')}</svg>`;
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
export const escapeXml = (text: string): string => text.replace(/[&<>"']/g, (character) => ESCAPES[character]!);
/** Two decimals at most. */
const brief = (value: number): string => String(Math.round(value * 100) / 100 + 0);
const ANCHORS: Readonly<Record<string, string>> = { left: 'start', center: 'middle', right: 'end' };

class SvgPen implements Pen {
  readonly elements: string[] = [];
  fillStyle: unknown = '#000';
  strokeStyle: unknown = '#000';
  lineWidth = 1;
  lineCap = 'butt';
  lineJoin = 'miter';
  globalAlpha = 1;
  font = '10px sans-serif';
  textAlign = 'left';
  textBaseline = 'middle';
  private dash: readonly number[] = [];
  private path = '';

  setTransform(): void { /* coordinates are CSS px already */ }
  clearRect(): void { /* nothing is there yet */ }
  setLineDash(segments: number[]): void { this.dash = segments; }
  beginPath(): void { this.path = ''; }
  moveTo(x: number, y: number): void { this.path += `M${brief(x)} ${brief(y)}`; }
  lineTo(x: number, y: number): void { this.path += `L${brief(x)} ${brief(y)}`; }
  closePath(): void { this.path += 'Z'; }
  arc(x: number, y: number, radius: number, from: number, to: number, counterclockwise = false): void {
    const at = (angle: number) => `${brief(x + radius * Math.cos(angle))} ${brief(y + radius * Math.sin(angle))}`;
    const sweep = counterclockwise ? 0 : 1;
    // One command can't draw a whole circle: two do for any arc.
    const middle = (from + to) / 2;
    const half = (end: number) => `A${brief(radius)} ${brief(radius)} 0 0 ${sweep} ${at(end)}`;
    this.path += `${this.path === '' ? 'M' : 'L'}${at(from)}${half(middle)}${half(to)}`;
  }
  fill(): void {
    this.elements.push(`<path d="${this.path}" fill="${escapeXml(String(this.fillStyle))}"${this.opacity()}/>`);
  }
  stroke(): void {
    const dash = this.dash.length === 0 ? '' : ` stroke-dasharray="${this.dash.map(brief).join(' ')}"`;
    this.elements.push(`<path d="${this.path}" fill="none" stroke="${escapeXml(String(this.strokeStyle))}" stroke-width="${brief(this.lineWidth)}"`
      + ` stroke-linecap="${escapeXml(this.lineCap)}" stroke-linejoin="${escapeXml(this.lineJoin)}"${dash}${this.opacity()}/>`);
  }
  fillRect(x: number, y: number, width: number, height: number): void {
    this.elements.push(`<rect x="${brief(x)}" y="${brief(y)}" width="${brief(width)}" height="${brief(height)}"`
      + ` fill="${escapeXml(String(this.fillStyle))}"${this.opacity()}/>`);
  }
  fillText(text: string, x: number, y: number): void {
    const [, weight = '400', size = '10', family = 'sans-serif'] = /^(\d+) (\d+)px (.+)$/.exec(this.font) ?? [];
    this.elements.push(`<text x="${brief(x)}" y="${brief(y)}" font-family="${escapeXml(family)}" font-size="${size}" font-weight="${weight}"`
      + ` text-anchor="${ANCHORS[this.textAlign] ?? 'start'}" dominant-baseline="central" fill="${escapeXml(String(this.fillStyle))}"`
      + `${this.opacity()}>${escapeXml(text)}</text>`);
  }
  private opacity(): string { return this.globalAlpha === 1 ? '' : ` opacity="${brief(this.globalAlpha)}"`; }
}

/**
 * Which heights are worth telling. A host that makes its frame as high as it is told may change the frame's width (a scroll bar comes or
 * goes), which changes the height again, and so on: when a height comes back and forth, the largest is kept.
 */
import { HEIGHT } from './contract.ts';

/** So many different answers within this time, and the height is held. */
const SWINGS = 6, WITHIN_MS = 1500;

export class HeightReports {
  private last = 0;
  private history: { readonly atMs: number; readonly height: number }[] = [];
  private held: { readonly until: number; readonly height: number } | null = null;

  /** The height to tell, or null: it has not changed, or it swings. */
  next(contentPx: number, wallMs: number): number | null {
    const height = Math.max(HEIGHT.min, Math.min(HEIGHT.max, Math.ceil(contentPx)));
    if (this.held !== null && wallMs < this.held.until && height <= this.held.height) return null;
    this.held = null;
    if (height === this.last) return null;
    this.history = [...this.history.filter(({ atMs }) => wallMs - atMs < WITHIN_MS), { atMs: wallMs, height }];
    const swinging = this.history.length >= SWINGS && new Set(this.history.map((entry) => entry.height)).size < this.history.length - 2;
    if (swinging) {
      const most = Math.max(...this.history.map((entry) => entry.height));
      this.held = { until: wallMs + 10 * WITHIN_MS, height: most };
      this.history = [];
      if (most === this.last) return null;
      this.last = most;
      return most;
    }
    this.last = height;
    return height;
  }
}

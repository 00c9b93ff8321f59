/** What the painter needs to know of the page: geometry and theme. It knows no DOM, and the simulation knows nothing of this. */
export interface PaintPoint {
  readonly x: number;
  readonly y: number;
}
/** One directed link of the topology, by its index in the plan, as a polyline in stage coordinates from caller to callee. */
export interface PaintLink {
  readonly points: readonly PaintPoint[];
}
export interface PaintPlate {
  /** Where a call passes this layer: the middle of its plate. */
  readonly x: number;
  readonly y: number;
}
export interface PaintTheme {
  readonly ink: string;
  readonly ok: string;
  readonly error: string;
  readonly late: string;
  readonly refused: string;
  readonly throttled: string;
  readonly retry: string;
  readonly faint: string;
  readonly surface: string;
}
export interface PaintView {
  /** CSS pixels of the canvas. */
  readonly width: number;
  readonly height: number;
  readonly pixelRatio: number;
  /** Stage → canvas: x' = k·x + tx. */
  readonly zoom: { readonly k: number; readonly x: number; readonly y: number };
  readonly links: readonly PaintLink[];
  /** By layer index of the plan; null where a layer has no plate. */
  readonly plates: readonly (PaintPlate | null)[];
  /** By node index of the plan: the middle of the card. */
  readonly nodes: readonly PaintPoint[];
  readonly theme: PaintTheme;
  /** Simulated ms per wall ms: how long things that fade stay. */
  readonly speed: number;
  /** Requests jump hop by hop. */
  readonly reducedMotion: boolean;
  /** The followed request, 0 for none. */
  readonly root: number;
}

/** A grid of values of two parameters: which documents its cells are, and in which order they are best run. */
import type { LayerId } from '../kernel/contract.ts';
import type { RunDocument } from '../runs/document.ts';

export interface Axis {
  readonly layer: LayerId;
  readonly param: string;
  readonly values: readonly number[];
}
export interface Grid {
  readonly x: Axis;
  readonly y: Axis;
  /** Name of a figure of the summary. */
  readonly metric: string;
}
export interface GridCell {
  readonly i: number;
  readonly j: number;
}

/** The document of a cell: that of the run, with both values from the start on. What is done in mid-run is done in every cell. */
export function cellDocument(document: RunDocument, { x, y }: Pick<Grid, 'x' | 'y'>, { i, j }: GridCell): RunDocument {
  const params: Record<LayerId, Readonly<Record<string, unknown>>> = { ...document.params };
  for (const [axis, value] of [[x, x.values[i]!], [y, y.values[j]!]] as const) params[axis.layer] = { ...params[axis.layer], [axis.param]: value };
  return { ...document, params };
}

/** Every fourth cell each way first, then every second, then all: a picture that grows sharper. */
export function coarseFirst(columns: number, rows: number): GridCell[] {
  const cells: GridCell[] = [];
  for (const step of [4, 2, 1]) {
    for (let j = 0; j < rows; j += step) {
      for (let i = 0; i < columns; i += step) if (step === 4 || i % (step * 2) !== 0 || j % (step * 2) !== 0) cells.push({ i, j });
    }
  }
  return cells;
}

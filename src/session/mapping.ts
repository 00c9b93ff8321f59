/** The map that is being computed: at most one at a time. */
import type { RunDocument } from '../runs/document.ts';
import { cellDocument, coarseFirst, type GridCell } from './grid.ts';
import { runGrid, type GridRuns } from './gridRuns.ts';
import type { Session } from './interface.ts';
import type { Spawn } from './port.ts';

interface Deps {
  readonly spawn: Spawn;
  document(): RunDocument | null;
  /** The document in full, or null where it is refused. */
  legal(document: RunDocument): RunDocument | null;
}
export function createMapping({ spawn, document, legal }: Deps): Pick<Session, 'map' | 'cancelMap'> {
  let runs: GridRuns | null = null;
  return {
    async map(grid, onCell) {
      runs?.cancel();
      const base = document();
      if (base === null) return 'nothing is open';
      const cells: GridCell[] = [];
      const documents: RunDocument[] = [];
      for (const cell of coarseFirst(grid.x.values.length, grid.y.values.length)) {
        const full = legal(cellDocument(base, grid, cell));
        if (full === null) onCell(cell, null);
        else { cells.push(cell); documents.push(full); }
      }
      const mine = runGrid(spawn, documents, grid.metric, (index, value) => onCell(cells[index]!, value));
      runs = mine;
      const problem = await mine.done;
      if (runs === mine) runs = null;
      return problem;
    },
    cancelMap() { runs?.cancel(); },
  };
}

import { useMemo } from 'react';
import type { ScaleLinear } from 'd3-scale';
import { firstDivergence } from '../../session/compare.ts';
import { momentText } from '../common/format.ts';
import { useActions, useSelect } from '../common/session.tsx';
import css from './Timeline.module.css';

/** In a comparison: the first moment at which the two runs differ. */
export function Divergence({ scale }: { readonly scale: ScaleLinear<number, number> }) {
  const actions = useActions();
  const run = useSelect((state) => (state.other === null || state.run?.status !== 'finished' ? null : state.run));
  const other = useSelect((state) => (state.other?.status === 'finished' ? state.other : null));
  const atMs = useMemo(() => (run === null || other === null ? null : firstDivergence(run, other)), [run, other]);
  if (atMs === null) return null;
  const text = `A and B first differ at ${momentText(atMs)}`;
  return <button type="button" className={css.divergence} style={{ left: scale(atMs) - 12 }} aria-label={text} title={text} data-testid="divergence" onClick={() => actions.seek(atMs)}>≠</button>;
}

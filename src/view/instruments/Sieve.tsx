import { lazy, memo, Suspense, useState } from 'react';
import type { Json } from '../../kernel/contract.ts';
import { number } from '../common/format.ts';
import { clipped } from './clipped.ts';
import { DataTable } from './DataTable.tsx';
import shared from './Instruments.module.css';
import css from './Sieve.module.css';
import { columns, LEAF, placeSieve, sieveOf, type Placed, type SieveNode } from './sieveLayout.ts';

const TreeEditor = lazy(async () => ({ default: (await import('../specification/TreeEditor.tsx')).TreeEditor }));
const W = 340, TOP = 30, FOOT = 30, FEWEST = 1.5;
/** A better order is spoken of when it saves more than a twentieth. */
const WORTH = 0.95;
const percent = (part: number, whole: number): string => (whole <= 0 ? '0 %' : `${number(Math.round((1000 * part) / whole) / 10)} %`);

/** What it does, as a sentence for those who hear it. */
export function spoken(n: SieveNode): string {
  if (n.children.length === 0) return `${n.label}: ${number(n.in)} in, ${number(n.out)} out`;
  const word = n.op === 'and' ? 'one after the other' : n.op === 'or' ? 'side by side' : n.op === 'not' ? 'not' : n.op;
  return `${word} (${n.children.map(spoken).join('; ')})`;
}

/** A tree of conditions as pipes; their width is the share of rows that is left. Below it the tree, to be changed. */
export function Sieve({ value, label }: { readonly value: Json | undefined; readonly label: string }) {
  const [open, setOpen] = useState(false);
  const data = sieveOf(value);
  if (data === null) return <DataTable value={value} label={label} />;
  const { tree, candidates, survivors, query, where, costUs, bestUs } = data;
  const wide = Math.max(W, columns(tree) * 62);
  const { leaves, frames, pipes, height } = placeSieve(tree, wide, TOP);
  const most = Math.min(72, (wide / columns(tree)) * 0.6);
  const thick = (rows: number): number => (rows <= 0 || candidates <= 0 ? 0 : Math.max(FEWEST, most * Math.min(1, rows / candidates)));
  return (
    <div className={css.sieve}>
      <svg viewBox={`0 0 ${wide} ${height + FOOT}`} role="img" aria-label={`${label}, ${where}: ${number(candidates)} rows, ${number(survivors)} left (${percent(survivors, candidates)}). ${spoken(tree)}`}>
        <text className={shared.rateNote} x={wide / 2} y={14} textAnchor="middle">{number(candidates)} rows{where === '' ? '' : `, looked at ${where}`}</text>
        <rect className={css.water} x={wide / 2 - thick(candidates) / 2} y={20} width={thick(candidates)} height={TOP - 20} />
        {frames.map((frame) => <g key={`${frame.x}/${frame.y}/${frame.word}`}><rect className={css.frame} x={frame.x} y={frame.y} width={frame.width} height={frame.height} rx={8} /><text className={css.word} x={frame.x + 6} y={frame.y + 12}>{frame.word}</text></g>)}
        {pipes.map(({ from, to, rows }, i) => thick(rows) > 0 ? <path key={i} className={css.pipe} d={band(from, to, thick(rows))} /> : <path key={i} className={css.dry} d={`M${from[0]},${from[1]}L${to[0]},${to[1]}`} />)}
        {leaves.map((leaf) => <Leaf key={leaf.key} leaf={leaf} wIn={thick(leaf.node.in)} wOut={thick(leaf.node.out)} />)}
        <rect className={css.water} x={wide / 2 - thick(survivors) / 2} y={height} width={thick(survivors)} height={8} />
        <text className={shared.rateNote} x={wide / 2} y={height + 22} textAnchor="middle">{number(survivors)} left, {percent(survivors, candidates)}</text>
      </svg>
      <p className={shared.list}>
        {costUs !== null && costUs > 0 && <>A row costs <b>{number(costUs)} µs</b>{bestUs !== null && bestUs > 0 && bestUs < costUs * WORTH && <>; in the order by rank it would cost about <b>{number(bestUs)} µs</b></>}. </>}
        {query !== '' && <>Query: <code className={css.query}>WHERE {query.length > 240 ? `${query.slice(0, 239)}…` : query}</code></>}
      </p>
      <details className={css.editor} open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>Change the tree</summary>
        {open && <Suspense fallback={<p className={shared.nothing}>…</p>}><TreeEditor value={value} /></Suspense>}
      </details>
    </div>
  );
}
/** A pipe that is as wide everywhere, measured across the fall. */
function band([x, y]: readonly [number, number], [u, v]: readonly [number, number], width: number): string {
  const half = width / 2, middle = (y + v) / 2;
  return `M${x - half},${y}C${x - half},${middle} ${u - half},${middle} ${u - half},${v}H${u + half}C${u + half},${middle} ${x + half},${middle} ${x + half},${y}Z`;
}
const BAR = 15;
const Leaf = memo(function Leaf({ leaf: { node, x, y, width }, wIn, wOut }: { readonly leaf: Placed; readonly wIn: number; readonly wOut: number }) {
  const { label, text, cost, selectivity } = node;
  const room = Math.max(4, Math.floor((width - 6) / 6));
  const roomy = width > 230;
  const facts = width > 90 ? `${number(cost)} µs, ${number(Math.round(selectivity * 1000) / 10)} %` : `${number(cost)} µs`;
  return (
    <g className={css.leaf} style={{ transform: `translate(${x}px,${y}px)` }}>
      <title>{`${text === '' ? label : text}: ${number(cost)} µs, lets ${number(Math.round(selectivity * 1000) / 10)} % through; ${number(node.in)} in, ${number(node.out)} out`}</title>
      {wIn > 0 && <path className={css.water} d={`M${-wIn / 2},0H${wIn / 2}L${wIn / 2},${BAR}H${-wIn / 2}Z`} />}
      {wIn > 0 && <path className={css.spill} d={`M${-wIn / 2},${BAR}H${wIn / 2}L${wOut / 2},${LEAF}H${-wOut / 2}Z`} />}
      {wOut > 0 && <rect className={css.water} x={-wOut / 2} y={BAR} width={wOut} height={LEAF - BAR} />}
      <path className={css.mesh} d={`M${-width / 2 + 5},${BAR}H${width / 2 - 5}`} />
      {/* Beside the pipe where there is room, else on it. */}
      <text className={css.name} x={roomy ? 8 - width / 2 : 0} y={BAR - 4} textAnchor={roomy ? 'start' : 'middle'}>{clipped(label, roomy ? Math.floor(room / 3) : room)}</text>
      <text className={css.facts} x={roomy ? width / 2 - 8 : 0} y={roomy ? BAR - 4 : BAR + 16} textAnchor={roomy ? 'end' : 'middle'}>{facts}</text>
    </g>
  );
});

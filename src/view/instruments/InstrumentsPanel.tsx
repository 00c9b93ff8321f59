import { useEffect, useRef, useState, type ComponentType } from 'react';
import type { Inspection, Json } from '../../kernel/contract.ts';
import type { Instrument } from '../../kernel/story.ts';
import { useLayers } from '../common/engines.ts';
import { capital, words } from '../common/format.ts';
import { InLane } from '../common/lanes.tsx';
import { useInspection, useLook, useSelect } from '../common/session.tsx';
import { Empty, Info } from '../common/ui.tsx';
import { CacheTable } from './CacheTable.tsx';
import { Compartments } from './Compartments.tsx';
import { ConfidenceBars } from './ConfidenceBars.tsx';
import { DataTable } from './DataTable.tsx';
import { DeadlineRing } from './DeadlineRing.tsx';
import { DotWall } from './DotWall.tsx';
import { HitCurve } from './HitCurve.tsx';
import css from './Instruments.module.css';
import { Ledger } from './Ledger.tsx';
import { LimitTrace } from './LimitTrace.tsx';
import { LogRibbon } from './LogRibbon.tsx';
import { Partitions } from './Partitions.tsx';
import { QueueView } from './QueueView.tsx';
import { Sieve } from './Sieve.tsx';
import { Tank } from './Tank.tsx';
import { useSeen } from './useSeen.ts';
import { Waterfall } from './Waterfall.tsx';
import { WindowDots } from './WindowDots.tsx';
import { WindowRing } from './WindowRing.tsx';

/** How each kind is drawn. A kind that is not here shows its data as a table. */
const DRAWN: Readonly<Record<string, ComponentType<{ readonly value: Json | undefined; readonly label: string }>>> = {
  'window-ring': WindowRing, 'window-dots': WindowDots, tank: Tank, waterfall: Waterfall, 'limit-trace': LimitTrace, compartments: Compartments,
  'cache-table': CacheTable, 'hit-curve': HitCurve, 'deadline-ring': DeadlineRing, 'dot-wall': DotWall, 'confidence-bars': ConfidenceBars, sieve: Sieve, 'log-ribbon': LogRibbon, partitions: Partitions, queue: QueueView, table: DataTable,
};

/** What goes on inside, at the shown moment. */
export function InstrumentsPanel() {
  const story = useSelect((state) => state.story);
  const layers = useLayers();
  const lawful = useLook((look) => look.ledger.length > 0) ?? false;
  const instruments = (story?.instruments ?? []).filter(({ layer }) => layers.has(layer));
  const ledger = lawful && !instruments.some(({ kind }) => kind === 'ledger');
  return (
    <div className={css.instruments}>
      {instruments.map((instrument, i) => <InLane key={`${instrument.layer}/${instrument.view}/${instrument.kind}`} late={i % 2 === 0 ? 5 : 1}><Drawn instrument={instrument} /></InLane>)}
      {ledger && <section className={css.instrument}><h2>Ledger<Info about="About the ledger"><p>Harm is counted from outside: an observer sees every effect that was really applied, and checks the laws that must hold.</p></Info></h2><Ledger /></section>}
      {instruments.length === 0 && !ledger && <Empty><p>This variant has no instruments of its own. Below is what each part says of itself.</p></Empty>}
      <h2 className={css.all}>Every part in figures</h2>
      {[...layers.values()].map(({ id, nodeTitle }) => <Meters key={id} layer={id} node={nodeTitle} />)}
    </div>
  );
}

function Drawn({ instrument }: { readonly instrument: Instrument }) {
  const { kind, title, layer, view, help } = instrument;
  const [part, seen] = useSeen<HTMLElement>();
  const kept = useRef<Inspection | undefined>(undefined);
  const inspection = useLook((look) => (seen || kept.current === undefined ? look.layers[layer] : kept.current));
  useEffect(() => { kept.current = inspection; });
  const value = inspection?.views?.[view];
  // A table without a row says nothing that its absence would not.
  if (kind === 'table' && Array.isArray(value) && value.length === 0) return null;
  const Drawing = DRAWN[kind] ?? DataTable;
  return (
    <section className={css.instrument} ref={part} data-testid={`instrument-${kind}`}>
      <h2>{title}<Info about={`About ${title}`}><p>{help}</p></Info></h2>
      {kind === 'ledger' ? <Ledger /> : inspection === undefined ? <p className={css.nothing}>…</p> : <Drawing value={value} label={title} />}
    </section>
  );
}

function Meters({ layer, node }: { readonly layer: string; readonly node: string }) {
  const [open, setOpen] = useState(false);
  return (
    <details className={css.meters} open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary><b>{capital(words(layer))}</b> <span>{node}</span></summary>
      {open && <Figures layer={layer} />}
    </details>
  );
}
function Figures({ layer }: { readonly layer: string }) {
  const inspection = useInspection(layer);
  const { mode, slots, queue, meters } = inspection ?? {};
  const rows: Record<string, Json> = {
    ...(mode !== undefined && { mode }), ...(slots !== undefined && { slots: `${slots.used} of ${slots.of}` }),
    ...(queue !== undefined && { queue: `${queue.length} of ${queue.capacity}` }), ...(meters as Record<string, Json> | undefined),
  };
  return <DataTable value={rows} label={`Figures of ${words(layer)}`} />;
}

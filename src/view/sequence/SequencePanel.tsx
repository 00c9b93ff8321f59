import { useMemo, useRef, useState, type KeyboardEvent, type MouseEvent } from 'react';
import { FindCounterexample } from '../counterexample/FindCounterexample.tsx';
import { noteStory, useLayers } from '../common/engines.ts';
import { number, secondsText, words } from '../common/format.ts';
import { pointPlace, type Place } from '../common/Popover.tsx';
import { noteSentence } from '../common/sentence.ts';
import { useActions, useRun, useSelect, useSession } from '../common/session.tsx';
import { Empty, selectClass } from '../common/ui.tsx';
import { useSize } from '../common/useSize.ts';
import { NearestTable } from './NearestTable.tsx';
import css from './Sequence.module.css';
import { SequenceDrawing } from './SequenceDrawing.tsx';
import { sequenceLayout, yToTime } from './sequenceLayout.ts';
import { LENGTHS_MS } from './sequenceWindow.ts';
import { StepPopover } from './StepPopover.tsx';
import type { Step } from './steps.ts';
import { TimeAxis } from './TimeAxis.tsx';
import { useFinals } from './useFinals.ts';
import { useLegs } from './useLegs.ts';

const HEIGHT = 520, AXIS = 58;
/** With more packets a window is hard to read. */
const READABLE = 120;

/** One lane for each node, time downwards: who sent what to whom, what was lost, who waited in which state. */
export function SequencePanel() {
  const { store } = useSession();
  const actions = useActions();
  const layers = useLayers();
  const isFinal = useFinals(layers);
  const nodes = useRun((run) => run.resolved.nodes);
  const [chosen, setChosen] = useState<number | null>(null);
  const [usual, setUsual] = useState<number>(1000);
  const lengthMs = chosen ?? usual;
  const shown = useLegs(lengthMs);
  const followed = useSelect((state) => state.followed);
  const followedRoot = useSelect((state) => state.followed?.root ?? (state.selection?.kind === 'request' ? state.selection.root : null));
  const frame = useRef<HTMLDivElement>(null), scroller = useRef<HTMLDivElement>(null);
  const { width } = useSize(frame);
  const [picked, setPicked] = useState<Step | null>(null);
  const anchor = useRef<Place | null>(null);
  // Nobody chose, and the usual window is too crowded to read: a shorter one.
  if (chosen === null && usual > LENGTHS_MS[0] && shown !== null && shown.legs.length > READABLE && Math.abs(shown.span.untilMs - shown.span.fromMs - usual) < 1) setUsual(LENGTHS_MS[0]);

  const layout = useMemo(() => {
    if (shown === null || nodes === undefined || width === 0) return null;
    return sequenceLayout({
      ...shown, width: width - AXIS, height: HEIGHT, nodes, followed: followed?.legs ?? [], followedRoot, nodeOf: (layer) => layers.get(layer)?.node, isFinal, isQuiet: (layer, note) => noteStory(layers, layer, note)?.quiet === true,
    });
  }, [shown, nodes, width, layers, isFinal, followed, followedRoot]);
  const spoken = useMemo(() => ({
    title: (id: string): string => nodes?.find((node) => node.id === id)?.title ?? id,
    tick: (index: number): string => {
      const step = layout?.ticks[index]?.step;
      if (step === undefined) return '';
      const moves = step.moves.map(({ instance, from, to }) => `${instance === '' ? words(step.layer) : instance}: ${words(from)} → ${words(to)}`);
      return [...moves, ...step.notes.map((note) => noteSentence(note, noteStory(layers, note.layer, note.name), layers.get(note.layer)?.nodeTitle ?? ''))].join('\n');
    },
  }), [nodes, layout, layers]);

  const open = (step: Step, place: Place) => { anchor.current = place; setPicked(step); };
  const onClick = (event: MouseEvent<HTMLElement>) => {
    if (layout === null || shown === null || !(event.target instanceof Element)) return;
    const step = layout.ticks[Number(event.target.closest('[data-step]')?.getAttribute('data-step') ?? NaN)]?.step;
    if (step !== undefined) {
      actions.seek(step.atMs);
      open(step, pointPlace(event.clientX, event.clientY));
      return;
    }
    const leg = layout.arrows[Number(event.target.closest('[data-arrow]')?.getAttribute('data-arrow') ?? NaN)]?.leg;
    if (leg === undefined) return;
    // Where on its way it was clicked, there it shall be.
    const ms = yToTime(shown.span, layout, event.clientY - event.currentTarget.getBoundingClientRect().top);
    actions.seek(Math.max(leg.sentMs, Math.min(ms, leg.arriveMs)));
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (layout === null) return;
    const { atMs } = store.getState().clock;
    if (event.key === 'Enter') {
      const tick = layout.ticks.find(({ step }) => Math.abs(step.atMs - atMs) < 1e-6);
      const box = scroller.current?.getBoundingClientRect();
      if (tick !== undefined && box !== undefined) open(tick.step, pointPlace(box.left + tick.x, box.top + tick.y));
      return;
    }
    const direction = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (direction === 0) return;
    event.preventDefault();
    const ahead = [...layout.arrows.map(({ leg }) => leg.sentMs), ...layout.ticks.map(({ step }) => step.atMs)].filter((ms) => (ms - atMs) * direction > 1e-6);
    if (ahead.length > 0) actions.seek(direction > 0 ? Math.min(...ahead) : Math.max(...ahead));
  };

  if (nodes === undefined) return <Empty><p role="status">Loading…</p></Empty>;
  return (
    <div className={css.sequence} data-testid="sequence">
      <div className={css.top}>
        <label>Window <select className={selectClass} value={lengthMs} data-testid="sequence-window" onChange={(event) => setChosen(Number(event.target.value))}>
          {LENGTHS_MS.map((ms) => <option key={ms} value={ms}>{secondsText(ms)}</option>)}
        </select></label>
        <FindCounterexample />
      </div>
      {layout !== null && layout.left.arrows > 0 && (
        <p className={css.crowded} role="status">{shown?.cut === true ? 'More than ' : ''}{number(layout.left.arrows)} packets in this window: choose a shorter one.{layout.arrows.length > 0 && ' The followed request is drawn.'}</p>
      )}
      <div className={css.frame} ref={frame} style={{ minHeight: HEIGHT }}>
        {layout !== null && shown !== null && (
          <>
            <TimeAxis layout={layout} span={shown.span} />
            <div className={css.scroller} ref={scroller} role="group" tabIndex={0} aria-label="Sequence of packets; up and down go from one to the next, Enter opens a step" onClick={onClick} onKeyDown={onKeyDown}>
              <SequenceDrawing layout={layout} span={shown.span} title={spoken.title} tickText={spoken.tick} />
            </div>
          </>
        )}
      </div>
      {shown !== null && <NearestTable legs={shown.legs} title={spoken.title} />}
      {layout !== null && layout.left.steps + layout.left.bars > 0 && <p className={css.hint}>{[layout.left.steps > 0 && `${number(layout.left.steps)} steps`, layout.left.bars > 0 && `${number(layout.left.bars)} machines`].filter(Boolean).join(' and ')} more than can be told apart here: choose a shorter window.</p>}
      <ul className={css.key} aria-label="What the marks mean">
        <li><svg width="26" height="10" aria-hidden="true"><path className={css.keyRequest} d="M1,5H25" /></svg>request</li>
        <li><svg width="26" height="10" aria-hidden="true"><path className={css.keyReply} d="M1,5H25" /></svg>answer</li>
        <li><svg width="26" height="10" aria-hidden="true"><path className={css.keyRequest} d="M1,5H13" /><path className={css.lost} d="M9,1l8,8m0,-8l-8,8" /></svg>lost</li>
        <li><svg width="10" height="12" aria-hidden="true"><rect className={css.bar} data-holding="true" x="3" width="4" height="12" rx="1" /></svg>prepared, in doubt, waiting</li>
        <li><svg width="14" height="12" aria-hidden="true"><rect className={css.downBack} width="14" height="12" /><rect fill="url(#sequence-hatch)" width="14" height="12" /></svg>down</li>
      </ul>
      <StepPopover step={picked} anchor={anchor} onClose={() => setPicked(null)} />
    </div>
  );
}

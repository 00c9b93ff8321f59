import { lazy, Suspense, useCallback, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { useEngines } from '../common/engines.ts';
import { IconButton } from '../common/ui.tsx';
import { pointPlace, type Place } from '../common/Popover.tsx';
import { InLane } from '../common/lanes.tsx';
import { useActions, useRun, useSession, useWhich } from '../common/session.tsx';
import { showPanel } from '../common/panels.ts';
import { useSize } from '../common/useSize.ts';
import { Legend } from './Legend.tsx';
import { Link } from './Links.tsx';
import { NodeCard } from './NodeCard.tsx';
import { Plate } from './Plate.tsx';
import type { MenuTarget } from './StageMenu.tsx';
import { StageWords } from './StageWords.tsx';
import css from './Stage.module.css';
import { bestLayout } from './stageLayout.ts';
import { topologyOf } from './topology.ts';
import { useHover } from './useHover.ts';
import { usePainter } from './usePainter.ts';
import { useZoom } from './useZoom.ts';

const StageMenu = lazy(async () => ({ default: (await import('./StageMenu.tsx')).StageMenu }));
const PAD = { x: 20, top: 30, bottom: 44 };
/** Node cards that one frame draws anew without being late. */
const NODES_A_FRAME = 3;
const EMPTY = { width: 1, height: 1 };

interface Props {
  readonly dark: boolean;
  /** Shown in a corner when two runs stand side by side. */
  readonly heading?: { readonly title: string; readonly detail: string };
  /** Things can be looked at and chosen, but not broken. */
  readonly readOnly?: boolean;
}
export function Stage({ dark, heading, readOnly = false }: Props) {
  const session = useSession();
  const actions = useActions();
  const which = useWhich();
  const frame = useRef<HTMLDivElement>(null);
  const holder = useRef<HTMLDivElement>(null);
  const content = useRef<SVGGElement>(null);
  const size = useSize(frame);
  const engines = useEngines();
  const nodes = useRun((run) => run.resolved.nodes), links = useRun((run) => run.resolved.links);
  const topology = useStable(nodes === undefined || links === undefined ? null : topologyOf({ nodes, links }, engines));
  const layout = useMemo(() => (topology === null || size.width === 0 ? null : bestLayout(topology, size.width - 2 * PAD.x, size.height - PAD.top - PAD.bottom, 0)), [topology, size]);
  const layers = useMemo(() => topology?.nodes.flatMap((node) => node.layers.map(({ id }) => id)) ?? [], [topology]);
  const onChange = usePainter({ holder, layout, size, dark, layers });
  const zoom = useZoom({ frame, content, drawing: layout ?? EMPTY, size, pad: PAD, onChange });
  const tip = useHover(frame, which);

  const [menu, setMenu] = useState<MenuTarget | null>(null);
  const anchor = useRef<Place | null>(null);
  const title = useCallback((id: string) => topology?.nodes.find((node) => node.id === id)?.title ?? id, [topology]);
  const open = useCallback((element: Element, target: MenuTarget) => {
    anchor.current = element;
    setMenu(target);
    actions.select(target.kind === 'layer' ? { kind: 'layer', id: target.layer } : target.kind === 'node' ? { kind: 'node', id: target.node } : { kind: 'link', from: target.from, to: target.to });
  }, [actions]);
  /** A dot is in front of what lies under it: a click on one follows the request. */
  const dotOr = useCallback((event: { readonly clientX: number; readonly clientY: number } | null, otherwise: () => void) => {
    const box = frame.current?.getBoundingClientRect();
    if (event === null || box === undefined) { otherwise(); return; }
    void session.hit(which, event.clientX - box.left, event.clientY - box.top).then((hit) => {
      if (hit === null) otherwise();
      else void actions.follow(hit.root).then(() => { if (session.store.getState().followed !== null) showPanel(session, 'request'); });
    }, otherwise);
  }, [session, which, actions]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === '+' || event.key === '=') zoom.in();
    else if (event.key === '-') zoom.out();
    else if (event.key === '0') zoom.fit();
    else return;
    event.preventDefault();
  };
  return (
    <div className={css.stage} ref={frame} role="group" aria-label="Stage" tabIndex={-1} data-testid="stage" onKeyDown={onKeyDown}
      onClick={(event) => dotOr(event, () => actions.select(null))}>
      <svg className={css.drawing} role="group" aria-label="Topology">
        <g ref={content}>
          <InLane late={4}>{layout?.links.map((line) => (
            <Link key={`${line.from}>${line.to}`} line={line} title={title}
              onOpen={(element, event) => dotOr(event, () => {
                setMenuAtPoint(anchor, element, event);
                setMenu({ kind: 'link', from: line.from, to: line.to });
                actions.select({ kind: 'link', from: line.from, to: line.to });
              })} />
          ))}
          {layout?.plates.map((box) => (
            <Plate key={box.layer} box={box} orientation={layout.orientation} title={engines(topology?.nodes.flatMap((node) => node.layers).find(({ id }) => id === box.layer)?.engine ?? '')?.title ?? ''}
              onOpen={(element) => open(element, { kind: 'layer', layer: box.layer, node: box.node })} />
          ))}</InLane>
          {layout?.nodes.map((box, i) => <InLane key={box.node.id} late={2 + (Math.floor(i / NODES_A_FRAME) % 2)}><NodeCard box={box} onOpen={(element, event) => dotOr(event, () => open(element, { kind: 'node', node: box.node.id }))} /></InLane>)}
        </g>
      </svg>
      <div ref={holder} />
      {heading !== undefined && <div className={css.heading}><b>{heading.title}</b>{heading.detail}</div>}
      {layout === null && <p className={css.waiting}>Building the topology…</p>}
      {tip !== null && <div className={css.tip} style={{ left: Math.min(tip.x + 12, size.width - 200), top: Math.min(tip.y + 14, size.height - 40) }}>{tip.text}</div>}
      <StageWords />
      {/* Buttons of the stage itself; clicks on them are not clicks on the stage. */}
      <div className={css.tools} role="group" aria-label="View" onClick={(event) => event.stopPropagation()} onKeyDown={() => undefined}>
        <Legend />
        <IconButton size="small" icon="minus" label="Zoom out (−)" onClick={zoom.out} />
        <IconButton size="small" icon="plus" label="Zoom in (+)" onClick={zoom.in} />
        <IconButton size="small" icon="fit" label="Show all (0)" onClick={zoom.fit} />
      </div>
      {menu !== null && !readOnly && <Suspense fallback={null}><StageMenu target={menu} anchor={anchor} onClose={() => setMenu(null)} title={title} /></Suspense>}
    </div>
  );
}

const setMenuAtPoint = (anchor: { current: Place | null }, element: Element, event: { readonly clientX: number; readonly clientY: number } | null): void => {
  anchor.current = event === null ? element : pointPlace(event.clientX, event.clientY);
};

/** The same object as long as it says the same: the layout follows what is drawn, not every edit of a parameter. */
function useStable<T>(value: T): T {
  const text = JSON.stringify(value);
  const [kept, setKept] = useState({ text, value });
  if (kept.text === text) return kept.value;
  setKept({ text, value });
  return value;
}

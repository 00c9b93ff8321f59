import type { LayerId } from '../../kernel/contract.ts';
import type { EngineStory, LayerSpec } from '../../kernel/story.ts';
import { capital, momentText, number, words } from '../common/format.ts';
import { Icon } from '../common/icons.tsx';
import { showPanel } from '../common/panels.ts';
import { useActions, useInspection, useRun, useSession } from '../common/session.tsx';
import { Button, IconButton } from '../common/ui.tsx';
import { LoadBand, LoadWords } from './LoadBand.tsx';
import { seenBy } from './occurrences.ts';
import { useGrip } from './sorting.tsx';
import css from './Stack.module.css';
import type { WrongOrder } from './stackModel.ts';

interface Props {
  readonly layer: LayerSpec;
  readonly story: EngineStory | undefined;
  /** An application: it stays where it is. */
  readonly fixed: boolean;
  /** It guards what comes in. */
  readonly before: boolean;
  readonly all: readonly { readonly id: LayerId }[];
  readonly wrong: readonly WrongOrder[];
  readonly selected: boolean;
  readonly up: (() => void) | null;
  readonly down: (() => void) | null;
  readonly onRemove: () => void;
}
export function LayerRow({ layer, story, fixed, before, all, wrong, selected, up, down, onRemove }: Props) {
  const session = useSession();
  const mode = useInspection(layer.id)?.mode;
  const grip = useGrip(layer.id, fixed);
  const name = capital(words(layer.id));
  const targets = layer.to === undefined ? '' : `, to ${layer.to.map(words).join(' and ')} only`;
  return (
    <li className={css.layer} {...grip.row} data-app={fixed} data-dragging={grip.dragging} data-selected={selected} data-wrong={wrong.length > 0} data-testid={`stack-layer-${layer.id}`}>
      <LoadBand layer={layer.id} all={all} app={fixed} />
      <div className={css.body}>
        <div className={css.line}>
          {!fixed && <button type="button" className={css.handle} aria-label={`Move ${name}`} data-testid={`stack-move-${layer.id}`} {...grip.handle}><Icon name="grip" /></button>}
          <p className={css.name}><b>{name}</b><span>{story?.title ?? layer.engine}{before ? ', for incoming calls' : ''}{targets}</span></p>
          {!fixed && (
            <span className={css.tools}>
              <IconButton size="small" icon="up" label={`Move ${name} outwards`} disabled={up === null} onClick={() => up?.()} />
              <IconButton size="small" icon="down" label={`Move ${name} inwards`} disabled={down === null} onClick={() => down?.()} />
              <IconButton size="small" icon="settings" label={`Settings of ${name}`} onClick={() => { session.actions.select({ kind: 'layer', id: layer.id }); showPanel(session, 'controls'); }} />
              <IconButton size="small" icon="trash" label={`Remove ${name}`} data-testid={`stack-remove-${layer.id}`} onClick={onRemove} />
            </span>
          )}
        </div>
        <p className={css.facts}><LoadWords layer={layer.id} app={fixed} />{mode !== undefined && <span>{mode}</span>}</p>
        {wrong.map((order) => <Wrong key={order.outer} order={order} />)}
      </div>
    </li>
  );
}

/** A wrong order is marked; what it causes is said once it has caused it. */
function Wrong({ order: { outer, cause } }: { readonly order: WrongOrder }) {
  const actions = useActions();
  const count = useRun((run) => (cause === null ? 0 : (seenBy(run.notes, cause.layer, cause.note, run.look?.atMs ?? 0)?.count ?? 0))) ?? 0;
  const lastMs = useRun((run) => (cause === null ? null : (seenBy(run.notes, cause.layer, cause.note, run.look?.atMs ?? 0)?.lastMs ?? null))) ?? null;
  return (
    <div className={css.wrong} data-happened={count > 0} data-testid="stack-wrong">
      <p><Icon name="warn" /> Better outside of {words(outer)}{cause !== null && count === 0 && '. It has done no harm yet'}.</p>
      {cause !== null && count > 0 && (
        <p className={css.cause}>{cause.why} <span>Seen {number(count)} {count === 1 ? 'time' : 'times'} so far (“{words(cause.layer)} {words(cause.note)}”).</span>
          {lastMs !== null && <Button size="small" look="quiet" onClick={() => actions.seek(lastMs)}>Go to the latest, {momentText(lastMs)}</Button>}
        </p>
      )}
    </div>
  );
}

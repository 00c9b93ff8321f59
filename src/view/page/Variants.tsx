import { lazy, Suspense, useId, useRef, useState } from 'react';
import type { Scenario, Variant } from '../../kernel/story.ts';
import { Icon, type IconName } from '../common/icons.tsx';
import { useActions } from '../common/session.tsx';
import { Button } from '../common/ui.tsx';
import css from './Situation.module.css';

const AllVariants = lazy(async () => ({ default: (await import('./AllVariants.tsx')).AllVariants }));

export const VARIANT_MARKS: Readonly<Record<Variant['kind'], IconName>> = { without: 'minus', with: 'check', pitfall: 'warn', fixed: 'settings' };
/** So many stand side by side; of more, the telling ones do, and all are in a list. */
const SIDE_BY_SIDE = 5;

/** The variants that stand side by side: all when they are few, else the one without, the one that opens, one that works, and the shown one. */
export function inFront(scenario: Scenario, shown: string): readonly string[] {
  const ids = Object.keys(scenario.variants);
  if (ids.length <= SIDE_BY_SIDE) return ids;
  const first = (kind: Variant['kind']) => ids.find((id) => scenario.variants[id]!.kind === kind);
  const wanted = new Set([first('without'), scenario.opensWith, first('with') ?? first('fixed'), shown]);
  return ids.filter((id) => wanted.has(id));
}

/** Without, with, pitfalls, fixes: the same traffic and faults each time. */
export function Variants({ scenario, shown }: { readonly scenario: Scenario; readonly shown: string }) {
  const actions = useActions();
  const group = useId();
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const front = inFront(scenario, shown);
  const all = Object.entries(scenario.variants);
  return (
    <fieldset className={css.variants}>
      <legend>Variant</legend>
      {front.map((id) => {
        const { title, kind, summary } = scenario.variants[id]!;
        return (
          <label key={id} className={css.variant} data-kind={kind} title={summary}>
            <input type="radio" name={group} value={id} checked={id === shown} data-testid={`variant-${id}`} onChange={() => actions.setVariant(id)} />
            <span><Icon name={VARIANT_MARKS[kind]} size={14} />{title}</span>
          </label>
        );
      })}
      {front.length < all.length && (
        <>
          <Button ref={button} size="small" look="quiet" className={css.more} aria-expanded={open} data-testid="more-variants" onClick={() => setOpen(true)}>{all.length - front.length} more<Icon name="down" size={14} /></Button>
          {open && <Suspense fallback={null}><AllVariants scenario={scenario} shown={shown} front={front} anchor={button} onClose={() => setOpen(false)} /></Suspense>}
        </>
      )}
    </fieldset>
  );
}

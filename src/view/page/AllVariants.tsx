import type { RefObject } from 'react';
import type { Scenario, Variant } from '../../kernel/story.ts';
import { Icon } from '../common/icons.tsx';
import { Popover } from '../common/Popover.tsx';
import { useActions } from '../common/session.tsx';
import css from './Situation.module.css';
import { VARIANT_MARKS } from './Variants.tsx';

const KINDS: readonly (readonly [Variant['kind'], string])[] = [['without', 'Without the pattern'], ['with', 'With it'], ['pitfall', 'Pitfalls'], ['fixed', 'Mended']];

interface Props {
  readonly scenario: Scenario;
  readonly shown: string;
  /** Those that stand side by side on the page already. */
  readonly front: readonly string[];
  readonly anchor: RefObject<HTMLButtonElement | null>;
  readonly onClose: () => void;
}
/** All variants of a scenario by what they are. */
export function AllVariants({ scenario, shown, front, anchor, onClose }: Props) {
  const actions = useActions();
  const all = Object.entries(scenario.variants);
  return (
    <Popover open onClose={onClose} anchor={anchor} label="All variants" className={css.all}>
      {KINDS.map(([kind, heading]) => {
        const members = all.filter(([, variant]) => variant.kind === kind);
        return members.length === 0 ? null : (
          <section key={kind}>
            <h2>{heading}</h2>
            <ul>
              {members.map(([id, { title, summary }]) => (
                <li key={id}>
                  <button type="button" aria-current={id === shown} data-kind={kind} data-testid={front.includes(id) ? undefined : `variant-${id}`} onClick={() => { actions.setVariant(id); onClose(); }}>
                    <Icon name={VARIANT_MARKS[kind]} size={14} /><b>{title}</b><small>{summary}</small>
                  </button>
                </li>
              ))}
            </ul>
          </section>
        );
      })}
    </Popover>
  );
}

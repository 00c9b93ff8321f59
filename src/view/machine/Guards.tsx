import { useRef, type CSSProperties } from 'react';
import type { MachineView } from '../../kernel/contract.ts';
import { capital, durationText, number } from '../common/format.ts';
import { useFollow } from '../common/session.tsx';
import css from './Machine.module.css';

/** The values behind the guards, and the time that is left until time alone makes a move. */
export function Guards({ view }: { readonly view: MachineView }) {
  const { guards = [], countdown } = view;
  return (
    <>
      {guards.length > 0 && (
        <dl className={css.guards}>
          {guards.map(({ label, value, limit, unit, text }) => {
            const unitText = unit === 'percent' ? ' %' : unit === 'ms' ? ' ms' : '';
            const share = value === null || limit === undefined || limit === 0 ? 0 : Math.min(1, value / limit);
            return (
              <div key={label} data-met={limit !== undefined && value !== null && value >= limit}>
                <dt>{capital(label)}</dt>
                <dd>
                  {value === null ? 'n/a' : `${number(value)}${unitText}`}{limit !== undefined && <> of {number(limit)}{unitText}</>}{text !== undefined && <small>{text}</small>}
                  {limit !== undefined && <i className={css.bar} style={{ '--share': `${share * 100}%` } as CSSProperties} />}
                </dd>
              </div>
            );
          })}
        </dl>
      )}
      {countdown !== undefined && <Countdown {...countdown} />}
    </>
  );
}

function Countdown({ label, fromMs, untilMs }: NonNullable<MachineView['countdown']>) {
  const bar = useRef<HTMLElement>(null);
  const left = useRef<HTMLSpanElement>(null);
  useFollow((state) => state.clock.atMs, (atMs) => {
    const rest = Math.max(0, untilMs - atMs);
    bar.current?.style.setProperty('--share', `${Math.max(0, Math.min(100, (100 * rest) / Math.max(1, untilMs - fromMs)))}%`);
    if (left.current !== null) left.current.textContent = rest > 0 ? durationText(rest) : 'over';
  });
  return (
    <div className={css.countdown}>
      <span>{capital(label)}</span><span ref={left} />
      <i className={css.bar} ref={bar} />
    </div>
  );
}

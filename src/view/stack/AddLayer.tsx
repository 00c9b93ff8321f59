import { useEffect, useRef, useState } from 'react';
import { loadLayerChoices, type LayerChoice } from '../common/engines.ts';
import { Popover } from '../common/Popover.tsx';
import { useSession } from '../common/session.tsx';
import { Button } from '../common/ui.tsx';
import css from './Stack.module.css';

/** Every layer that any pattern has. Their stories load when the list is opened. */
export function AddLayer({ onChoose }: { readonly onChoose: (engine: string) => void }) {
  const { catalogue } = useSession();
  const [open, setOpen] = useState(false);
  const [choices, setChoices] = useState<readonly LayerChoice[] | string | null>(null);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!open) return undefined;
    let on = true;
    loadLayerChoices(catalogue).then((all) => { if (on) setChoices(all); }, (error: unknown) => { if (on) setChoices(error instanceof Error ? error.message : String(error)); });
    return () => { on = false; };
  }, [open, catalogue]);
  return (
    <>
      <Button ref={button} size="small" icon="plus" aria-expanded={open} data-testid="stack-add" onClick={() => setOpen(true)}>Add a layer</Button>
      <Popover open={open} onClose={() => setOpen(false)} anchor={button} label="Add a layer" className={css.choices}>
        {choices === null && <p role="status">Loading…</p>}
        {typeof choices === 'string' && <p className={css.problem} role="alert">The layers could not be loaded: {choices}</p>}
        {Array.isArray(choices) && (
          <ul>
            {(choices as readonly LayerChoice[]).map(({ ref, title, pattern }) => (
              <li key={ref}><button type="button" data-testid={`stack-choose-${ref}`} onClick={() => { setOpen(false); onChoose(ref); }}><b>{title}</b>{title !== pattern && <span>{pattern}</span>}</button></li>
            ))}
          </ul>
        )}
      </Popover>
    </>
  );
}

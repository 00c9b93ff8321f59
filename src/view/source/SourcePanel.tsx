import { useEffect, useState } from 'react';
import { useSelect } from '../common/session.tsx';
import { Empty } from '../common/ui.tsx';
import { CopyButton } from './CopyButton.tsx';
import css from './Source.module.css';

/** The engine that really runs, to read. */
export function SourcePanel() {
  const card = useSelect((state) => state.card);
  const [text, setText] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    let on = true;
    card?.source?.().then((source) => { if (on) setText(source); }, (error: unknown) => { if (on) setProblem(error instanceof Error ? error.message : String(error)); });
    return () => { on = false; };
  }, [card]);
  if (problem !== null) return <Empty><p>The source could not be loaded: {problem}</p></Empty>;
  if (text === null) return <Empty><p role="status">Loading…</p></Empty>;
  return (
    <div className={css.source}>
      <div className={css.top}><p>This code runs in the simulation, as it stands here.</p><CopyButton text={text} /></div>
      <pre className={css.code} tabIndex={0} aria-label="Source of the engine"><code>{text}</code></pre>
    </div>
  );
}

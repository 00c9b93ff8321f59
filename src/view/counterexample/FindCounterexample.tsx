import { useState } from 'react';
import { useRun } from '../common/session.tsx';
import { Button, Dialog } from '../common/ui.tsx';
import { CounterexampleForm } from './CounterexampleForm.tsx';
import { SearchResult } from './SearchResult.tsx';
import { freshForm, type SearchForm } from './searchForm.ts';
import { useSearchJob } from './searchJob.ts';

/** Looks for a run in which a rule breaks, by trying seeds and crashes. */
export function FindCounterexample() {
  const [open, setOpen] = useState(false);
  const [form, setForm] = useState<SearchForm>(freshForm);
  const { job, state } = useSearchJob();
  const document = useRun((run) => run.document);
  const label = state.phase === 'running' ? `Searching… ${Math.round((100 * state.runs) / Math.max(1, state.ofRuns))} %` : 'Find a counterexample';
  return (
    <>
      <Button size="small" icon="search" data-testid="find-counterexample" aria-haspopup="dialog" onClick={() => { job.keepFor(document); setOpen(true); }}>{label}</Button>
      <Dialog open={open} onClose={() => setOpen(false)} title="Find a counterexample">
        <CounterexampleForm form={form} onChange={setForm} />
        <SearchResult onOpened={() => setOpen(false)} />
      </Dialog>
    </>
  );
}

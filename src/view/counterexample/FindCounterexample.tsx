import { useState } from 'react';
import { Button, Dialog } from '../common/ui.tsx';
import { CounterexampleForm } from './CounterexampleForm.tsx';
import { SearchResult } from './SearchResult.tsx';
import { freshForm, type SearchForm } from './searchForm.ts';
import { useSearchJob } from './searchJob.ts';

/** Looks for a run in which a rule breaks, by trying seeds and crashes. */
export function FindCounterexample() {
  const [open, setOpen] = useState(false);
  const [form, setForm] = useState<SearchForm>(freshForm);
  const { state } = useSearchJob();
  const label = state.phase === 'running' ? `Searching… ${Math.round((100 * state.runs) / Math.max(1, state.ofRuns))} %` : 'Find a counterexample';
  return (
    <>
      <Button size="small" icon="search" data-testid="find-counterexample" aria-haspopup="dialog" onClick={() => setOpen(true)}>{label}</Button>
      <Dialog open={open} onClose={() => setOpen(false)} title="Find a counterexample">
        <CounterexampleForm form={form} onChange={setForm} />
        <SearchResult onOpened={() => setOpen(false)} />
      </Dialog>
    </>
  );
}

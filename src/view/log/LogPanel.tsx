import { memo, useEffect, useMemo, useRef, useState } from 'react';
import type { NoteRow } from '../../session/types.ts';
import { noteStory, useLayers, type LayerInfo } from '../common/engines.ts';
import { capital, momentText, words } from '../common/format.ts';
import { noteSentence } from '../common/sentence.ts';
import { useActions, useRun, useSelect } from '../common/session.tsx';
import { Empty, selectClass } from '../common/ui.tsx';
import css from './LogPanel.module.css';
import { around, currentIn, listed } from './logRows.ts';

export function LogPanel() {
  const actions = useActions();
  const layers = useLayers();
  const notes = useRun((run) => run.notes) ?? [], count = useRun((run) => run.notes.length), revision = useRun((run) => run.revision);
  const [layer, setLayer] = useState<string | null>(null);
  const [quiet, setQuiet] = useState(false);
  const list = useMemo(() => listed(notes, { layer, quiet }, (note) => noteStory(layers, note.layer, note.name)?.quiet === true),
    // The list grows in place: its length and revision say that it has changed.
    // eslint-disable-next-line react/exhaustive-deps
    [notes, count, revision, layers, layer, quiet]);
  const current = useSelect((state) => currentIn(list, notes, state.clock.atMs));
  const playing = useSelect((state) => state.clock.playing);
  const [from, to] = around(list.length, current);
  const box = useRef<HTMLOListElement>(null);
  useEffect(() => {
    // Keep the current line in view, without moving the page.
    const row = box.current?.querySelector<HTMLElement>('[aria-current]');
    const panel = box.current?.closest<HTMLElement>('[role="tabpanel"]');
    if (row === null || row === undefined || panel === null || panel === undefined || panel.scrollHeight <= panel.clientHeight) return;
    const top = row.offsetTop - panel.clientHeight / 2;
    if (playing || row.offsetTop < panel.scrollTop + 60 || row.offsetTop > panel.scrollTop + panel.clientHeight - 40) panel.scrollTop = top;
  }, [current, playing]);
  const noting = [...layers.values()].filter((it) => Object.keys(it.story?.notes ?? {}).length > 0);
  return (
    <div className={css.log}>
      <div className={css.top}>
        <select className={selectClass} value={layer ?? ''} aria-label="Notes of" onChange={(event) => setLayer(event.target.value === '' ? null : event.target.value)}>
          <option value="">all layers</option>
          {noting.map(({ id, nodeTitle }) => <option key={id} value={id}>{capital(words(id))} ({nodeTitle})</option>)}
        </select>
        <label><input type="checkbox" checked={quiet} onChange={(event) => setQuiet(event.target.checked)} /> frequent notes too</label>
      </div>
      {list.length === 0 ? <Empty><p>{count === 0 || count === undefined ? 'Nothing has been noted yet.' : 'Only frequent notes so far. Tick the box above to see them.'}</p></Empty> : (
        <ol className={css.rows} ref={box} data-testid="log" aria-label="What happened">
          {from > 0 && <li className={css.more}>{from} earlier</li>}
          {list.slice(from, to).map((index, i) => <Row key={index} note={notes[index]!} layers={layers} state={from + i === current ? 'now' : from + i < current ? 'past' : 'ahead'} onSeek={actions.seek} />)}
          {to < list.length && <li className={css.more}>{list.length - to} later</li>}
        </ol>
      )}
    </div>
  );
}

interface RowProps {
  readonly note: NoteRow;
  readonly layers: ReadonlyMap<string, LayerInfo>;
  readonly state: 'past' | 'now' | 'ahead';
  readonly onSeek: (ms: number) => void;
}
const Row = memo(function Row({ note, layers, state, onSeek }: RowProps) {
  const story = noteStory(layers, note.layer, note.name);
  return (
    <li data-state={state} data-tone={story?.tone ?? 'calm'} data-note={note.name} aria-current={state === 'now' ? 'true' : undefined}>
      <button type="button" onClick={() => onSeek(note.atMs)}>
        <time>{momentText(note.atMs)}</time>
        <span>{noteSentence(note, story, layers.get(note.layer)?.nodeTitle ?? '')}</span>
      </button>
    </li>
  );
});

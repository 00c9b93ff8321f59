import { useLayers, noteStory } from '../common/engines.ts';
import { capital, durationText, momentText, words } from '../common/format.ts';
import { saveText } from '../common/saveText.ts';
import { noteSentence } from '../common/sentence.ts';
import { useActions, useRun, useSelect } from '../common/session.tsx';
import { Button, Empty } from '../common/ui.tsx';
import css from './RequestPanel.module.css';
import { callRows, otlp, sequenceDiagram } from './request.ts';

const DEEDS: Readonly<Record<string, string>> = { refused: 'refused it', gaveUp: 'gave it up', late: 'heard of it too late' };

/** One request from end to end: its calls as bars, travel and work apart, and what layers noted about it. */
export function RequestPanel() {
  const actions = useActions();
  const followed = useSelect((state) => state.followed);
  const layers = useLayers();
  const nodes = useRun((run) => run.resolved.nodes);
  if (followed === null) return <Empty><p>Click a dot on the stage to follow its request.</p></Empty>;
  const title = (id: string): string => nodes?.find((node) => node.id === id)?.title ?? id;
  const rows = callRows(followed);
  const from = Math.min(...rows.map(({ sentMs }) => sentMs)), until = Math.max(...rows.map(({ endMs }) => endMs), from + 1);
  const share = (ms: number): string => `${(100 * (ms - from)) / (until - from)}%`;
  const width = (a: number, b: number): string => `${Math.max(0.4, (100 * (b - a)) / (until - from))}%`;
  const deeds = [
    ...followed.marks.flatMap((mark) => (DEEDS[mark.kind] === undefined ? [] : [{ atMs: mark.atMs, text: `${capital(words(mark.layer))} ${DEEDS[mark.kind]} (${words(mark.outcome)})` }])),
    ...followed.notes.map((note) => ({ atMs: note.atMs, text: noteSentence(note, noteStory(layers, note.layer, note.name), layers.get(note.layer)?.nodeTitle ?? '') })),
  ].sort((a, b) => a.atMs - b.atMs);
  return (
    <div className={css.request}>
      <div className={css.top}>
        <p>From {momentText(from)}, {durationText(until - from)} in all</p>
        <Button size="small" look="quiet" data-testid="previous-hop" onClick={() => void actions.step({ unit: 'hop', root: followed.root }, -1)}>Previous hop</Button>
        <Button size="small" look="quiet" data-testid="next-hop" onClick={() => void actions.step({ unit: 'hop', root: followed.root }, 1)}>Next hop</Button>
        <Button size="small" icon="close" onClick={() => void actions.follow(0)}>Stop following</Button>
      </div>
      <ol className={css.calls}>
        {rows.map((row) => (
          <li key={row.call} data-outcome={row.outcome ?? 'none'}>
            <button type="button" onClick={() => actions.seek(row.sentMs)}>
              <span className={css.name} style={{ paddingLeft: row.depth * 12 }}>{title(row.to)}<small>{row.op}{row.attempt > 0 && `, attempt ${row.attempt + 1}`}</small></span>
              <span className={css.outcome}>{row.outcome === null ? 'no answer' : words(row.outcome)}{row.late && ', too late'}</span>
              <span className={css.track} aria-hidden="true">
                <i className={css.way} style={{ left: share(row.sentMs), width: width(row.sentMs, row.arrivedMs ?? row.endMs) }} />
                {row.arrivedMs !== null && row.beganMs !== null && row.beganMs > row.arrivedMs && <i className={css.wait} style={{ left: share(row.arrivedMs), width: width(row.arrivedMs, row.beganMs) }} />}
                {row.arrivedMs !== null && <i className={css.work} style={{ left: share(row.beganMs ?? row.arrivedMs), width: width(row.beganMs ?? row.arrivedMs, row.answeredMs ?? row.endMs) }} />}
                {row.answeredMs !== null && <i className={css.way} style={{ left: share(row.answeredMs), width: width(row.answeredMs, row.endMs) }} />}
              </span>
              <span className={css.times}>{durationText(row.endMs - row.sentMs)}{row.arrivedMs !== null && row.answeredMs !== null && `, of it ${durationText(row.answeredMs - row.arrivedMs)} at ${title(row.to)}`}{row.beganMs !== null && row.arrivedMs !== null && row.beganMs > row.arrivedMs && ` (${durationText(row.beganMs - row.arrivedMs)} waiting)`}</span>
            </button>
          </li>
        ))}
      </ol>
      {deeds.length > 0 && (
        <>
          <h2>What layers did with it</h2>
          <ol className={css.notes}>
            {deeds.slice(0, 100).map(({ atMs, text }, i) => <li key={`${atMs}/${i}`}><button type="button" onClick={() => actions.seek(atMs)}><time>{momentText(atMs)}</time><span>{text}</span></button></li>)}
          </ol>
        </>
      )}
      <div className={css.ways}>
        <Button size="small" icon="save" onClick={() => saveText('request.mmd', 'text/plain', sequenceDiagram(followed, title))}>Sequence diagram (Mermaid)</Button>
        <Button size="small" icon="save" onClick={() => saveText('request-otlp.json', 'application/json', otlp(followed))}>Spans (OTLP JSON)</Button>
      </div>
    </div>
  );
}

import { memo, useMemo, useState, type PointerEvent } from 'react';
import type { ScaleLinear } from 'd3-scale';
import { noteStory, useLayers } from '../common/engines.ts';
import { momentText } from '../common/format.ts';
import { noteSentence } from '../common/sentence.ts';
import { useActions, useRun } from '../common/session.tsx';
import css from './Timeline.module.css';
import { noteMarks, TONE_SHAPES, type NoteMark, type Tone } from './noteMarks.ts';

const TONES: readonly Tone[] = ['calm', 'good', 'warn', 'bad'];
const REACH = 7;

export const NoteLane = memo(function NoteLane({ scale, width }: { readonly scale: ScaleLinear<number, number>; readonly width: number }) {
  const actions = useActions();
  const layers = useLayers();
  const notes = useRun((run) => run.notes), count = useRun((run) => run.notes.length), revision = useRun((run) => run.revision);
  const [over, setOver] = useState<NoteMark | null>(null);
  const marks = useMemo(() => (notes === undefined ? [] : noteMarks(notes, (note) => noteStory(layers, note.layer, note.name), scale)),
    // The list grows in place: its length and revision say that it has changed.
    // eslint-disable-next-line react/exhaustive-deps
    [notes, count, revision, layers, scale]);
  const nearest = (event: PointerEvent): NoteMark | null => {
    const x = event.clientX - event.currentTarget.getBoundingClientRect().left;
    return marks.reduce<NoteMark | null>((best, mark) => (Math.abs(mark.x - x) <= REACH && (best === null || Math.abs(mark.x - x) < Math.abs(best.x - x)) ? mark : best), null);
  };
  return (
    <div className={css.noteLane} data-keeps-drag={over !== null ? '' : undefined}
      onPointerMove={(event) => setOver(event.buttons === 0 ? nearest(event) : null)} onPointerLeave={() => setOver(null)}
      onPointerDown={(event) => { const mark = nearest(event); if (mark !== null && notes !== undefined) { actions.seek(notes[mark.notes[0]!]!.atMs); event.stopPropagation(); } }}>
      <svg width={width} height={22} aria-hidden="true">
        {TONES.map((tone) => {
          const mine = marks.filter((mark) => mark.tone === tone);
          return <g key={tone} className={css.mark} data-tone={tone}>{mine.map((mark) => <path key={mark.x} d={TONE_SHAPES[tone]} transform={`translate(${mark.x.toFixed(1)},11)`} />)}</g>;
        })}
      </svg>
      {over !== null && notes !== undefined && (
        <div className={css.noteTip} style={{ left: Math.max(0, Math.min(width - 300, over.x - 150)) }}>
          {over.notes.slice(0, 4).map((i) => {
            const note = notes[i];
            if (note === undefined) return null;
            return <p key={i}><time>{momentText(note.atMs)}</time> {noteSentence(note, noteStory(layers, note.layer, note.name), layers.get(note.layer)?.nodeTitle ?? '')}</p>;
          })}
          {over.notes.length > 4 && <p>and {over.notes.length - 4} more</p>}
        </div>
      )}
    </div>
  );
});

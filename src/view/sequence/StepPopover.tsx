import { useState, type RefObject } from 'react';
import { noteStory, useLayers } from '../common/engines.ts';
import { capital, momentText, words } from '../common/format.ts';
import { Popover, type Place } from '../common/Popover.tsx';
import { noteSentence } from '../common/sentence.ts';
import { CrashHere, SaidText, type Said } from './CrashHere.tsx';
import css from './Step.module.css';
import type { Step } from './steps.ts';

/** What a layer did at one instant, and what can be done about it. */
export function StepPopover({ step, anchor, onClose }: { readonly step: Step | null; readonly anchor: RefObject<Place | null>; readonly onClose: () => void }) {
  return (
    <Popover open={step !== null} onClose={onClose} anchor={anchor} label="This step" className={css.popover}>
      {step !== null && <Content key={`${step.layer}/${step.atMs}`} step={step} />}
    </Popover>
  );
}
function Content({ step }: { readonly step: Step }) {
  const layers = useLayers();
  const [said, setSaid] = useState<Said | null>(null);
  const info = layers.get(step.layer);
  return (
    <>
      <h2>{info === undefined || info.nodeTitle.toLowerCase() === words(step.layer).toLowerCase() ? capital(words(step.layer)) : `${capital(words(step.layer))} of ${info.nodeTitle}`}, <time>{momentText(step.atMs)}</time></h2>
      <ul className={css.happened}>
        {step.moves.map((move, i) => <li key={`m${i}`}>{move.instance !== '' && `${move.instance}: `}{words(move.from)} → <b>{words(move.to)}</b> <small>{words(move.event)}</small></li>)}
        {step.notes.map((note, i) => <li key={`n${i}`}>{noteSentence(note, noteStory(layers, note.layer, note.name), info?.nodeTitle ?? '')}</li>)}
      </ul>
      {said === null && <CrashHere layer={step.layer} atMs={step.atMs} onSaid={setSaid} />}
      <SaidText said={said} />
    </>
  );
}

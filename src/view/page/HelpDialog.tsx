import type { ReactNode } from 'react';
import { Dialog, Kbd } from '../common/ui.tsx';
import css from './HelpDialog.module.css';

const groups: readonly { readonly title: string; readonly keys: readonly (readonly [readonly string[], string])[] }[] = [
  { title: 'Time', keys: [
    [['Space'], 'play, pause'],
    [['←', '→'], 'previous, next note'],
    [['Shift', '←', '→'], 'previous, next event'],
    [['Home'], 'back to the start'],
    [[',', '.'], 'slower, faster'],
    [['p', 'n'], 'step of the lesson before, next one'],
  ] },
  { title: 'Doing', keys: [
    [['f'], 'break something here'],
    [['Ctrl', 'Z'], 'undo'],
    [['Ctrl', 'Shift', 'Z'], 'redo'],
    [['Delete'], 'remove the fault that has the focus'],
  ] },
  { title: 'Stage, with the focus on it', keys: [
    [['+', '−', '0'], 'zoom in, zoom out, show all'],
    [['Enter'], 'open the menu of a node, link or layer'],
  ] },
  { title: 'Presenting', keys: [
    [['Page Up', 'Page Down'], 'moment before, next one'],
    [['s', 'l', 'b'], 'notes, list of moments, blank screen'],
  ] },
  { title: 'Page', keys: [
    [['/'], 'search the gallery'],
    [['Esc'], 'close what is open; let go of what is selected'],
    [['?'], 'this list'],
  ] },
];

export function HelpDialog({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  return (
    <Dialog open={open} onClose={onClose} title="Keyboard">
      <div className={css.groups}>
        {groups.map(({ title, keys }) => (
          <section key={title}>
            <h3>{title}</h3>
            <dl>{keys.map(([names, what]) => <div key={what}><dt>{names.map((name): ReactNode => <Kbd key={name}>{name}</Kbd>)}</dt><dd>{what}</dd></div>)}</dl>
          </section>
        ))}
      </div>
      <p className={css.note}>Letters and arrows do nothing while you type in a field. Every control can be reached by Tab.</p>
    </Dialog>
  );
}

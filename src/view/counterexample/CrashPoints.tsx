import { words } from '../common/format.ts';
import css from './Counterexample.module.css';
import { pointKey, type PointGroup } from './searchForm.ts';

interface Props {
  readonly groups: readonly PointGroup[];
  readonly chosen: ReadonlySet<string>;
  readonly onChange: (chosen: ReadonlySet<string>) => void;
}
/** Steps of each node, to be ticked. */
export function CrashPoints({ groups, chosen, onChange }: Props) {
  if (groups.length === 0) return <p className={css.count}>No node of this scenario notes a step to crash at.</p>;
  const tick = (keys: readonly string[], on: boolean) => {
    const next = new Set(chosen);
    for (const key of keys) { if (on) next.add(key); else next.delete(key); }
    onChange(next);
  };
  return (
    <div className={css.groups}>
      {groups.map(({ node, title, notes }) => {
        const keys = notes.map(({ name }) => pointKey({ node, note: name }));
        const ticked = keys.filter((key) => chosen.has(key)).length;
        return (
          <fieldset key={node} className={css.group}>
            <legend><label><input type="checkbox" checked={ticked === keys.length} ref={(box) => { if (box !== null) box.indeterminate = ticked > 0 && ticked < keys.length; }} onChange={(event) => tick(keys, event.target.checked)} /> <b>{title}</b></label></legend>
            {notes.map(({ name, text }, i) => (
              <label key={name} title={text}><input type="checkbox" checked={chosen.has(keys[i]!)} onChange={(event) => tick([keys[i]!], event.target.checked)} /> {words(name)}</label>
            ))}
          </fieldset>
        );
      })}
    </div>
  );
}

import { useState } from 'react';
import type { Json } from '../../kernel/contract.ts';
import { useActions } from '../common/session.tsx';
import { Button, inputClass, selectClass } from '../common/ui.tsx';
import { isList, isRecord, textIn } from '../instruments/json.ts';
import css from './TreeEditor.module.css';
import { added, innerOf, INNER_OPS, isInner, leafOf, moved, negated, NUMBER_OPS, OP_WORDS, readTree, removed, replaced, TEXT_OPS, type EditorField, type Path, type TreeNode } from './treeEdits.ts';

/** Changes the tree of a specification, node by node; what the engine refuses is said and not taken. */
export function TreeEditor({ value }: { readonly value: Json | undefined }) {
  const actions = useActions();
  const [problem, setProblem] = useState<string | null>(null);
  /** What was typed, and the tree on which: it is shown until the engine tells of another tree. */
  const [draft, setDraft] = useState<{ readonly tree: TreeNode; readonly on: string } | null>(null);
  const told = isRecord(value) ? readTree(value['written']) : null;
  const layer = isRecord(value) ? textIn(value, 'layer') : null;
  if (told === null || layer === null || !isRecord(value)) return null;
  const fields: EditorField[] = (isList(value['fields']) ? value['fields'] : []).flatMap((each) => (isRecord(each) ? [{ name: textIn(each, 'name') ?? '', type: textIn(each, 'type') ?? 'number' }] : []));
  // A tree from elsewhere (the new run, undo, another variant) replaces what was typed.
  const on = JSON.stringify(told);
  const tree = draft !== null && draft.on === on ? draft.tree : told;
  const put = (next: TreeNode): void => {
    setDraft({ tree: next, on });
    setProblem(actions.setParam(layer, 'tree', next as unknown as Json));
  };
  return (
    <div className={css.tree}>
      <ul className={css.list}><Node tree={tree} node={tree} path={[]} fields={fields} put={put} last /></ul>
      {problem !== null && tree !== told && <p className={css.problem} role="alert">{problem} <Button size="small" onClick={() => { setProblem(null); setDraft(null); }}>Undo</Button></p>}
    </div>
  );
}
interface NodeProps { readonly tree: TreeNode; readonly node: TreeNode; readonly path: Path; readonly fields: readonly EditorField[]; readonly put: (next: TreeNode) => void; readonly last: boolean }
function Node({ tree, node, path, fields, put, last }: NodeProps) {
  const name = typeof node['label'] === 'string' ? node['label'] : path.length === 0 ? 'the whole' : `part ${path.map((i) => i + 1).join('.')}`;
  const set = (next: TreeNode): void => put(replaced(tree, path, next));
  const inner = isInner(node);
  return (
    <li>
      <div className={css.row} role="group" aria-label={name}>
        {inner
          ? <select className={selectClass} value={node.op} aria-label={`How the parts of ${name} are joined`} onChange={(event) => set(innerOf(node, event.target.value))}>{INNER_OPS.map((op) => <option key={op} value={op}>{OP_WORDS[op]}</option>)}</select>
          : <Leaf node={node} name={name} fields={fields} set={set} />}
        {node.op === 'atLeast' && <Num label={`How many of ${name}`} value={node['k'] as number} set={(k) => set({ ...node, k })} />}
        <span className={css.buttons}>
          {path.length > 0 && <Button size="small" look="quiet" disabled={path.at(-1) === 0} aria-label={`Move ${name} up`} title="Up" onClick={() => put(moved(tree, path, -1))}>↑</Button>}
          {path.length > 0 && <Button size="small" look="quiet" disabled={last} aria-label={`Move ${name} down`} title="Down" onClick={() => put(moved(tree, path, 1))}>↓</Button>}
          <Button size="small" look="quiet" aria-label={`Negate ${name}`} title="Not" onClick={() => put(negated(tree, path))}>¬</Button>
          {inner && node.op !== 'not' && fields[0] !== undefined && <Button size="small" look="quiet" aria-label={`Add a leaf to ${name}`} title="Add a leaf" onClick={() => put(added(tree, path, leafOf(fields[0]!, fields[0]!.type === 'text' ? 'eq' : 'gt')))}>+ leaf</Button>}
          {inner && node.op !== 'not' && <Button size="small" look="quiet" aria-label={`Add a group to ${name}`} title="Add a group" onClick={() => put(added(tree, path, { op: 'or', of: [{ op: 'true' }] }))}>+ group</Button>}
          <Button size="small" look="quiet" aria-label={`Remove ${name}`} title="Remove" onClick={() => put(removed(tree, path))}>×</Button>
        </span>
      </div>
      {inner && <ul className={css.list}>{node.of!.map((child, i) => <Node key={i} tree={tree} node={child} path={[...path, i]} fields={fields} put={put} last={i === node.of!.length - 1} />)}</ul>}
    </li>
  );
}
function Leaf({ node, name, fields, set }: { readonly node: TreeNode; readonly name: string; readonly fields: readonly EditorField[]; readonly set: (next: TreeNode) => void }) {
  const field = fields.find((each) => each.name === node['field']) ?? fields[0];
  if (field === undefined) return null;
  const constant = node.op === 'true' || node.op === 'false', text = field.type === 'text';
  const ops: readonly string[] = text ? TEXT_OPS : NUMBER_OPS;
  const onField = (to: string): void => {
    if (to === 'true' || to === 'false') { set({ op: to }); return; }
    const next = fields.find((each) => each.name === to)!;
    const allowed: readonly string[] = next.type === 'text' ? TEXT_OPS : NUMBER_OPS;
    set(leafOf(next, allowed.includes(node.op) ? node.op : 'eq', node));
  };
  return (
    <>
      <select className={selectClass} value={constant ? node.op : field.name} aria-label={`Field of ${name}`} onChange={(event) => onField(event.target.value)}>
        {fields.map((each) => <option key={each.name} value={each.name}>{each.name}</option>)}<option value="true">always</option><option value="false">never</option>
      </select>
      {!constant && <select className={selectClass} value={node.op} aria-label={`Operator of ${name}`} onChange={(event) => set(leafOf(field, event.target.value, node))}>{ops.map((op) => <option key={op} value={op}>{OP_WORDS[op]}</option>)}</select>}
      {'value' in node && (text ? <Words label={`Value of ${name}`} value={String(node['value'])} set={(value) => set({ ...node, value })} /> : <Num label={`Value of ${name}`} value={node['value'] as number} set={(value) => set({ ...node, value })} />)}
      {'pattern' in node && <Words label={`Pattern of ${name}`} value={String(node['pattern'])} set={(pattern) => set({ ...node, pattern })} />}
      {'lo' in node && <><Num label={`From, of ${name}`} value={node['lo'] as number} set={(lo) => set({ ...node, lo })} /><Num label={`To, of ${name}`} value={node['hi'] as number} set={(hi) => set({ ...node, hi })} /></>}
      {'values' in node && <Words label={`Values of ${name}, by commas`} value={(node['values'] as readonly unknown[]).join(', ')} set={(list) => set({ ...node, values: list.split(',').map((each) => each.trim()).filter((each) => each !== '').map((each) => (text ? each : Number(each))) })} />}
      {!constant && <span className={css.small}>µs <Num label={`Cost of ${name}, µs`} value={(node['cost'] as number | undefined) ?? 1} set={(cost) => set({ ...node, cost })} /></span>}
      {!constant && <span className={css.small}>share <Num label={`Declared share of ${name}, 0 to 1`} value={(node['selectivity'] as number | undefined) ?? 0.5} set={(selectivity) => set({ ...node, selectivity })} /></span>}
    </>
  );
}
/** Taken on leaving the field or on Enter, so that half a number is never sent. */
function Words({ label, value, set }: { readonly label: string; readonly value: string; readonly set: (value: string) => void }) {
  return <input key={value} className={`${inputClass} ${css.words}`} aria-label={label} defaultValue={value} onBlur={(event) => { if (event.target.value !== value) set(event.target.value); }} onKeyDown={(event) => { if (event.key === 'Enter') event.currentTarget.blur(); }} />;
}
function Num({ label, value, set }: { readonly label: string; readonly value: number; readonly set: (value: number) => void }) {
  return <input key={value} className={`${inputClass} ${css.number}`} inputMode="decimal" aria-label={label} defaultValue={value} onBlur={(event) => { const next = Number(event.target.value); if (event.target.value.trim() !== '' && Number.isFinite(next) && next !== value) set(next); else event.target.value = String(value); }} onKeyDown={(event) => { if (event.key === 'Enter') event.currentTarget.blur(); }} />;
}

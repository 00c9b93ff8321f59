/** Edits of the document: each makes a new one, has it checked, and commits it. What is refused comes back as text; nothing changes then. */
import type { LayerId } from '../kernel/contract.ts';
import type { Stories } from '../runs/document-stories.ts';
import { sortedByTime, withStack, withVariant, type RunDocument } from '../runs/document.ts';
import { resolve } from '../runs/plan.ts';
import type { Validation } from '../runs/validate.ts';
import type { Notice, SessionActions, SessionState } from './types.ts';

/** An action taken at the shown moment counts from the next nanosecond on: what is shown has already happened. */
const NEXT_NS = 1e-6;

export interface EditDeps {
  state(): SessionState;
  document(): RunDocument | null;
  stories(): Stories | null;
  check(document: unknown): Validation;
  commit(document: RunDocument, title: string): void;
  notify(notice: Omit<Notice, 'id'>): void;
  /** Loads the stories of further engines. */
  loadMore(refs: readonly string[]): Promise<void>;
}
export type EditActions = Pick<SessionActions, 'setVariant' | 'setParam' | 'applyPreset' | 'resetParams' | 'useControl' | 'addFault' | 'changeFault'
  | 'removeFault' | 'removeIntervention' | 'loadEngines' | 'setStack' | 'setParams' | 'setSeed' | 'setBreakpoints'>;

export function documentActions(deps: EditDeps): EditActions {
  const tryCommit = (document: RunDocument, title: string): string | null => {
    const checked = deps.check(document);
    if (checked.document === undefined) return checked.problems.map(({ message }) => message).join('\n');
    for (const warning of checked.warnings) deps.notify({ tone: 'warn', text: warning.message });
    deps.commit(checked.document, title);
    return null;
  };
  const report = (problem: string | null): void => { if (problem !== null) deps.notify({ tone: 'error', text: problem }); };
  const now = (): number => deps.state().clock.atMs + NEXT_NS;
  const faultsOf = (document: RunDocument) => resolve(document, deps.stories()!).faults;

  const changeParams = (layer: LayerId, params: Record<string, unknown>, title: string): string | null => {
    const document = deps.document();
    if (document === null) return null;
    if (deps.state().editFrom === 'start') {
      return tryCommit({ ...document, params: { ...document.params, [layer]: { ...document.params[layer], ...params } } }, title);
    }
    const atMs = now();
    // Turning one knob back and forth at the same moment is one intervention.
    const others = document.interventions.filter((what) => !(what.kind === 'params' && what.layer === layer && what.atMs === atMs));
    const same = document.interventions.find((what) => what.kind === 'params' && what.layer === layer && what.atMs === atMs);
    const merged = same?.kind === 'params' ? { ...same.params, ...params } : params;
    return tryCommit({ ...document, interventions: sortedByTime([...others, { atMs, kind: 'params', layer, params: merged }]) }, title);
  };

  return {
    setVariant(id) {
      const document = deps.document();
      const stories = deps.stories();
      if (document === null || stories === null || document.variant === id) return;
      report(tryCommit(withVariant(document, id, stories), `variant ${id}`));
    },
    setParam: (layer, name, value) => changeParams(layer, { [name]: value }, `${layer}.${name} = ${JSON.stringify(value)}`),
    applyPreset(layer, preset) {
      const { run } = deps.state();
      const engine = run?.resolved.nodes.flatMap((node) => node.layers).find(({ id }) => id === layer)?.engine;
      const params = engine === undefined ? undefined : deps.stories()?.of(engine)?.presets?.[preset]?.params;
      if (params !== undefined) report(changeParams(layer, { ...params }, `preset ${preset} for ${layer}`));
    },
    resetParams(layer) {
      const document = deps.document();
      if (document === null) return;
      const params = layer === undefined ? {} : Object.fromEntries(Object.entries(document.params).filter(([id]) => id !== layer));
      const interventions = document.interventions.filter((what) => what.kind !== 'params' || (layer !== undefined && what.layer !== layer));
      report(tryCommit({ ...document, params, interventions }, layer === undefined ? 'reset all' : `reset ${layer}`));
    },
    useControl(layer, control) {
      const document = deps.document();
      if (document !== null) report(tryCommit({ ...document, interventions: sortedByTime([...document.interventions, { atMs: now(), kind: 'control', layer, control }]) }, `${control} on ${layer}`));
    },
    addFault(fault) {
      const document = deps.document();
      return document === null ? null : tryCommit({ ...document, faults: [...faultsOf(document), fault] }, `${fault.kind} added`);
    },
    changeFault(index, fault) {
      const document = deps.document();
      return document === null ? null : tryCommit({ ...document, faults: faultsOf(document).map((old, i) => (i === index ? fault : old)) }, `${fault.kind} moved`);
    },
    removeFault(index) {
      const document = deps.document();
      if (document !== null) report(tryCommit({ ...document, faults: faultsOf(document).filter((_, i) => i !== index) }, 'fault removed'));
    },
    removeIntervention(index) {
      const document = deps.document();
      if (document !== null) report(tryCommit({ ...document, interventions: document.interventions.filter((_, i) => i !== index) }, 'action removed'));
    },
    async loadEngines(refs) {
      try {
        await deps.loadMore(refs);
      } catch (error) {
        return `The layer could not be loaded: ${error instanceof Error ? error.message : String(error)}`;
      }
      const missing = refs.find((ref) => deps.stories()?.of(ref) === undefined);
      return missing === undefined ? null : `There is no layer ${missing}.`;
    },
    setStack(node, stack) {
      const document = deps.document();
      const stories = deps.stories();
      return document === null || stories === null ? null : tryCommit(withStack(document, node, stack, stories), `stack of ${node}`);
    },
    setParams(params, title) {
      const document = deps.document();
      if (document === null) return null;
      const merged = Object.fromEntries(Object.entries(params).map(([layer, values]) => [layer, { ...document.params[layer], ...values }]));
      return tryCommit({ ...document, params: { ...document.params, ...merged } }, title);
    },
    setSeed(seed) {
      const document = deps.document();
      if (document !== null) report(tryCommit({ ...document, seed }, `seed ${seed}`));
    },
    setBreakpoints(breakpoints) {
      const document = deps.document();
      if (document !== null) report(tryCommit({ ...document, breakpoints: [...breakpoints] }, 'breakpoints'));
    },
  };
}

/** Edits before what checks them has been loaded: each is done as soon as it is there, in the order in which they were asked for. */
import type { EditActions, EditDeps } from './edits.ts';

const NAMES = ['setVariant', 'setParam', 'applyPreset', 'resetParams', 'useControl', 'addFault', 'changeFault', 'removeFault', 'removeIntervention', 'setStack', 'setParams', 'setSeed', 'setBreakpoints'] as const satisfies readonly (keyof EditActions)[];
type Edit = (...args: readonly unknown[]) => string | null | void;

/** `say` gets what was refused, or why nothing could be loaded: whoever asked has gone on by then. */
function laterEdits(now: () => EditActions | null, load: () => Promise<EditActions>, say: (problem: string) => void): EditActions {
  const later = (name: (typeof NAMES)[number]): Edit => (...args) => {
    const edits = now();
    if (edits !== null) return (edits[name] as Edit)(...args);
    load().then((loaded) => {
      const problem = (loaded[name] as Edit)(...args);
      if (typeof problem === 'string') say(problem);
    }, (error: unknown) => say(`What is needed for changes could not be loaded. ${error instanceof Error ? error.message : ''}`.trim()));
    return null;
  };
  return {
    ...Object.fromEntries(NAMES.map((name) => [name, later(name)])),
    loadEngines: async (refs: readonly string[]) => {
      try {
        return await (await load()).loadEngines(refs);
      } catch (error) {
        return `The layer could not be loaded: ${error instanceof Error ? error.message : String(error)}`;
      }
    },
  } as unknown as EditActions;
}

/** The edits of a session. A page that only shows a built-in run never loads what checks and writes documents. */
export function createEditing(deps: Omit<EditDeps, 'check'>) {
  let editing: EditActions | null = null;
  let documents: Promise<typeof import('./documents.ts')> | null = null;
  const loadDocuments = async () => {
    documents ??= import('./documents.ts').catch((error: unknown) => { documents = null; throw error; });
    const { documentActions, ...rest } = await documents;
    editing ??= documentActions({ ...deps, check: (document) => rest.validateDocument(document, deps.stories()!) });
    return { ...rest, editing };
  };
  return { loadDocuments, edits: laterEdits(() => editing, async () => (await loadDocuments()).editing, (text) => deps.notify({ tone: 'error', text })) };
}

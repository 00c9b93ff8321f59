import { useLayers } from '../common/engines.ts';
import { words } from '../common/format.ts';
import { useActions, useRun, useSession, useWhich } from '../common/session.tsx';
import { Button } from '../common/ui.tsx';
import css from './Step.module.css';
import { CRASH_MS, crashPoint, notedAt, type NotedStep } from './steps.ts';

export interface Said {
  readonly text: string;
  readonly refused: boolean;
}
interface Props {
  readonly layer: string;
  readonly atMs: number;
  readonly instance?: string;
  /** What came of it: shown by whoever stays, for the step itself is computed anew. */
  readonly onSaid: (said: Said) => void;
}
/** Buttons that let a node die inside this very step, after one of its notes. */
export function CrashHere({ layer, atMs, instance = '', onSaid }: Props) {
  const { store } = useSession();
  const which = useWhich();
  const actions = useActions();
  const info = useLayers().get(layer);
  useRun((run) => run.notes.length);
  if (info === undefined) return null;
  const steps = notedAt(store.getState()[which]?.notes ?? [], layer, atMs, instance);
  if (steps.length === 0) return <p className={css.hint}>{info.nodeTitle} notes nothing at this step, so there is no point to crash at.</p>;
  const crash = (step: NotedStep) => {
    const refused = actions.addFault(crashPoint(info.node, layer, step));
    onSaid(refused === null
      ? { text: `${info.nodeTitle} now dies at “${words(step.note)}” no. ${step.occurrence} and comes back after ${CRASH_MS / 1000} s. Undo takes it back.`, refused: false }
      : { text: refused, refused: true });
  };
  return (
    <div className={css.crash}>
      {steps.slice(0, 8).map((step) => (
        <Button key={step.note} size="small" icon="fault" data-testid="crash-here" title={`It dies at the moment it notes “${words(step.note)}” for the ${step.occurrence}. time: what the step does after that does not happen.`} onClick={() => crash(step)}>
          Crash {info.nodeTitle} at this step{steps.length > 1 && `: “${words(step.note)}”`}
        </Button>
      ))}
    </div>
  );
}
export const SaidText = ({ said }: { readonly said: Said | null }) => <p className={css.said} role="status" data-refused={said?.refused ?? false}>{said?.text}</p>;

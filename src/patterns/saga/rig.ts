/** The orchestrator alone in the harness, with services that answer as told: for tests. */
import { drive, type Rig } from '../../kernel/harness.ts';
import type { StackOptions } from '../../kernel/harnessStack.ts';
import type { Call, Json, Outcome } from '../../kernel/contract.ts';
import { initialParams } from '../../kernel/harnessParams.ts';
import { engine } from './engine.ts';
import { sagaStory, type SagaParams } from './params.ts';
import { fourSteps } from './sagaTypes.ts';
import type { SagaState } from './state.ts';

export const OK: Outcome = { kind: 'ok', value: { done: true } };
export const NO: Outcome = { kind: 'permanentError', detail: 'refused: no' };
export const HICCUP: Outcome = { kind: 'transientError', detail: 'try again' };
const SERVICES = ['order', 'customer', 'inventory', 'payment', 'shipping', 'delivery'];
/** How long a command takes, to the service and back. */
export const TRIP_MS = 100;

/** Answers by operation: a list is used up one by one, its last for ever; 'lost' gives none. Everything else is ok. */
export type Script = Readonly<Record<string, Outcome | 'lost' | readonly (Outcome | 'lost')[]>>;

export interface SagaRig extends Rig<SagaState> {
  /** Operations sent so far, in order, with the attempt from the second on. */
  sent(): string[];
  /** The calls themselves. */
  commands(): readonly Call[];
  start(atMs: number, id?: string, payload?: object): Call;
  ask(atMs: number, op: string, payload?: object, entity?: string): Outcome | undefined;
  mode(id?: string): string;
  moves(): string[];
}

export function sagaRig(params: Partial<SagaParams> = {}, script: Script = {}, options: StackOptions & { readonly preset?: keyof typeof sagaStory.presets } = {}): SagaRig {
  const initial = initialParams(sagaStory.params);
  const preset = options.preset === undefined ? {} : sagaStory.presets[options.preset].params;
  const used = new Map<string, number>();
  const calls: Call[] = [];
  const rig = drive(engine, {
    ...options,
    params: { ...initial, sagas: { order: fourSteps }, retryJitterRatio: 0, ...preset, ...params } as unknown as SagaParams,
    layer: 'orchestrator', setup: { downstream: SERVICES, nodes: ['node', ...SERVICES] },
    below: (call) => {
      calls.push(call);
      const told = script[call.op];
      const list = Array.isArray(told) ? (told as readonly (Outcome | 'lost')[]) : [told as Outcome | 'lost' | undefined];
      const at = used.get(call.op) ?? 0;
      used.set(call.op, at + 1);
      const answer = list[Math.min(at, list.length - 1)] ?? OK;
      return answer === 'lost' ? undefined : { afterMs: TRIP_MS, outcome: answer };
    },
  }) as SagaRig;
  rig.sent = () => rig.decisions('send').map(({ op, attempt }) => (attempt === 0 ? op : `${op} ${attempt + 1}`));
  rig.commands = () => calls;
  rig.start = (atMs, id = 's1', payload = {}) => rig.request(atMs, { op: 'saga.start', entity: 'e1', payload: { sagaId: id, ...payload } as Json });
  rig.ask = (atMs, op, payload = {}, entity = '') => {
    const call = rig.request(atMs, { op, payload: payload as Json, entity });
    rig.advance(atMs + 10); // past the log
    return rig.outcomeOf(call);
  };
  rig.mode = (id = 's1') => (rig.state.sagas.get(id) ?? rig.state.finished.get(id))!.mode;
  rig.moves = () => rig.decisions('transition').map(({ event }) => event);
  return rig;
}

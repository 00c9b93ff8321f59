/** For tests: one engine in the harness with the defaults of its story. */
import type { Call, Engine, Json } from '../../kernel/contract.ts';
import { drive, type Rig } from '../../kernel/harness.ts';
import type { StackOptions } from '../../kernel/harnessStack.ts';
import type { EngineStory } from '../../kernel/story.ts';
import { initialParams } from '../../kernel/harnessParams.ts';
import { moved } from './account.ts';
import { crud } from './crud.ts';
import { crudStory } from './crud.params.ts';
import { engine } from './engine.ts';
import { sourcingStory, type SourcingParams } from './params.ts';
import { projection } from './projection.ts';
import { projectionStory } from './projection.params.ts';
import type { SourcingState } from './state.ts';
import { eventStore } from './store.ts';
import { storeStory, type StoreParams } from './store.params.ts';
import type { StoreState } from './store.state.ts';

const rig = <S>(one: Engine, story: EngineStory, params: object, options: StackOptions = {}): Rig<S> => drive(one as Engine<object, S, string>, { ...options, params: { ...initialParams(story.params), ...params } }) as Rig<S>;
export const bankRig = (params: Partial<SourcingParams> = {}, options?: StackOptions): Rig<SourcingState> => rig(engine, sourcingStory, { decideTime: { kind: 'constant', ms: 5 }, ...params }, options);
export const storeRig = (params: Partial<StoreParams> = {}, options?: StackOptions): Rig<StoreState> => rig(eventStore, storeStory, { accounts: 2, appendLatency: { kind: 'constant', ms: 10 }, ...params }, options);
export const projectionRig = (params: object = {}): Rig => rig(projection, projectionStory, params);
export const crudRig = (params: object = {}): Rig => rig(crud, crudStory, params);

/** Keeps the calls that go out below, in order; each is answered by hand. */
export function listening(): { readonly calls: Call[]; readonly options: StackOptions } {
  const calls: Call[] = [];
  return { calls, options: { below: (call) => { calls.push(call); return undefined; } } };
}
/** What a load finds: an account with so many whole units, opened and filled by two events. */
export function found(units: number, more: object = {}): Json {
  const events = [{ id: 'o', type: 'Opened', schema: 3, data: { holder: 'x', limit: 50_000 }, version: 0, position: 0, atMs: 0, stream: 'e1', hash: 0 }, { id: 'd', ...moved('deposit', units * 100, 3), version: 1, position: 1, atMs: 0, stream: 'e1', hash: 0 }];
  return { snapshot: null, events, version: 1, holder: 'x', until: null, exists: true, ...more } as unknown as Json;
}

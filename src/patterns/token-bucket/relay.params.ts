/** Parameters of the relay. */
import type { EngineStory, ParamsOf } from '../../kernel/story.ts';

const params = {
  targets: { kind: 'data', initial: [], shape: '[node ids]', label: 'Targets', help: 'Nodes that are asked in turn.' },
  sticky: { kind: 'flag', initial: false, label: 'Stay with one', help: 'On: a client always goes to the same target; off: each call goes to the next.' },
} as const satisfies EngineStory['params'];
export type RelayParams = ParamsOf<typeof params>;
export const relayStory = { title: 'Relay', params, notes: {}, place: 'app' } as const satisfies EngineStory;

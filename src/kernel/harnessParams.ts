/** Parameters of an engine as its story gives them. */
import type { EngineStory, Schema } from './story.ts';

export type Params = Readonly<Record<string, unknown>>;

/** The values an engine has when nobody says otherwise. */
export const initialParams = (schema: Schema): Params => Object.fromEntries(Object.entries(schema).map(([name, param]) => [name, param.initial]));

/** The initial values with those of a preset over them. */
export function presetParams(story: EngineStory, preset: string): Params {
  const found = story.presets?.[preset];
  if (found === undefined) throw new Error(`${story.title} has no preset "${preset}"; it has ${Object.keys(story.presets ?? {}).join(', ')}`);
  return { ...initialParams(story.params), ...found.params };
}

/** Everything that can be run, as data: patterns, scenarios, variants, parameters, notes. */
import { catalogue } from '../patterns/catalogue.ts';
import { shelf } from '../runs/shelf.ts';

export async function listAll(): Promise<unknown> {
  return Promise.all(catalogue.map(async (card) => {
    const { story } = (await shelf.load(card.id))!;
    return {
      id: card.id, number: card.number, title: card.title, family: card.family, summary: card.summary,
      scenarios: Object.entries(story.scenarios).map(([id, scenario]) => ({
        id, title: scenario.title, summary: scenario.summary, seed: scenario.seed, durationMs: scenario.durationMs, opensWith: scenario.opensWith,
        variants: Object.entries(scenario.variants).map(([variant, { title, kind, summary }]) => ({ id: variant, title, kind, summary })),
        headlines: scenario.headlines.map(({ label, metric, unit }) => ({ label, metric, unit })),
      })),
      engines: Object.entries(story.engines).map(([name, engine]) => ({
        name, title: engine.title,
        parameters: Object.entries(engine.params).map(([id, { kind, label, help, initial, ...rest }]) => ({
          id, kind, label, help, default: initial,
          ...('unit' in rest && { unit: rest.unit }), ...('min' in rest && { min: rest.min, max: rest.max }), ...('options' in rest && { options: rest.options }),
        })),
        presets: Object.keys(engine.presets ?? {}), controls: Object.keys(engine.controls ?? {}),
        notes: Object.entries(engine.notes).map(([id, { text, quiet }]) => ({ id, text, quiet: quiet === true })),
      })),
    };
  }));
}

/** Notes as sentences: templates with {holes}, filled by rule. */
import type { Json, LayerId } from '../../kernel/contract.ts';
import type { NoteStory } from '../../kernel/story.ts';
import { capital, number, words } from './format.ts';

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** A value as it stands in a sentence. Nothing for nothing: `{of}` may be left out by the note. */
export function spoken(value: unknown): string {
  if (value === undefined) return '';
  if (value === null) return 'n/a';
  if (typeof value === 'number') return number(value);
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return value.map(spoken).join(', ');
  if (isRecord(value)) return Object.entries(value).map(([key, item]) => `${words(key)} ${spoken(item)}`).join(', ');
  return '';
}

/** Fills `{name}` and `{a.b}` from the data. Unknown holes leave nothing behind. */
export function fill(template: string, data: Readonly<Record<string, unknown>>): string {
  const text = template.replaceAll(/\{([\w.]+)\}/g, (_, path: string) => {
    let value: unknown = data;
    for (const key of path.split('.')) value = isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined;
    return spoken(value);
  });
  return text.replaceAll(/ {2,}/g, ' ').replaceAll(/ ([,.;:!?])/g, '$1').trim();
}

/** A note as one sentence, without a full stop. A note that the story doesn't know still says its name. */
export function noteSentence(note: { readonly name: string; readonly layer: LayerId; readonly data: Json | undefined }, story: NoteStory | undefined, node: string): string {
  const data = { ...(isRecord(note.data) ? note.data : {}), layer: words(note.layer), node };
  if (story !== undefined) return capital(fill(story.text, data));
  const rest = note.data === undefined ? '' : `: ${spoken(note.data)}`;
  return `${capital(words(note.layer))} ${words(note.name)}${rest}`;
}

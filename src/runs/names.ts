/** Names of runs as people type them: `circuit-breaker/hanging-payments/with`. */
import { problemAt } from './document-problem.ts';
import type { Shelf, Stories } from './document-stories.ts';
import { openDocument, refused, type Validation } from './validate.ts';

/** The parts of a run's name; what is left out means the one that opens. */
export interface RunName {
  readonly pattern: string;
  readonly scenario?: string;
  readonly variant?: string;
}

/** Splits `pattern`, `pattern/scenario` or `pattern/scenario/variant`; undefined where it has no such form. Whether they exist is not looked at. */
export function parseRunName(text: string): RunName | undefined {
  const parts = text.trim().replace(/\/$/, '').split('/');
  if (text.length > 300 || parts.length > 3 || parts.some((part) => !/^[A-Za-z0-9_.-]+$/.test(part))) return undefined;
  const [pattern, scenario, variant] = parts;
  return { pattern: pattern!, ...(scenario !== undefined && { scenario }), ...(variant !== undefined && { variant }) };
}

/** A run's name in full. */
export const runName = ({ pattern, scenario, variant }: Required<RunName>): string => `${pattern}/${scenario}/${variant}`;

/** The document that a run's name means, or what is wrong with the name and which one is nearest. Never rejects. */
export async function documentOfName(text: string, shelf: Shelf): Promise<Validation & { readonly stories?: Stories }> {
  const name = parseRunName(text);
  if (name === undefined) return refused({ problems: [problemAt('name', text, 'pattern, pattern/scenario or pattern/scenario/variant')], warnings: [] });
  return openDocument({ version: 1, ...name }, shelf);
}

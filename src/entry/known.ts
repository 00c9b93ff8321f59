/** Names that there are. */
import { listed, nearestName } from '../runs/suggest.ts';

/** Throws, suggesting the nearest, when a name is none of those there are. */
export function known(what: string, name: string, names: readonly string[]): void {
  if (names.includes(name)) return;
  const near = nearestName(name, names);
  throw new Error(`There is no ${what} "${name}". ${near === undefined ? `There are ${listed(names)}.` : `Did you mean "${near}"?`}`);
}

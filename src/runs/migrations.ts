/**
 * Older documents become today's, one version at a time. A migration works on plain data that may be anything: what it does not
 * understand it leaves alone, and validation says what is wrong with it.
 */
import { DOCUMENT_VERSION } from './document-limits.ts';
import { isRecord, own } from './document-plain.ts';
import { problemAt, type Problem } from './document-problem.ts';
import type { Stories } from './document-stories.ts';

type Plain = Record<string, unknown>;
type Migration = (document: Plain, stories: Stories) => Plain;

/** The layer which runs the pattern's main engine in the scenario that the document means, in whichever variant has one. */
function mainLayer(document: Plain, { pattern, story }: Stories): string | undefined {
  const name = typeof document.scenario === 'string' ? document.scenario : story.opensWith;
  const scenario = own(story.scenarios, name);
  if (scenario === undefined) return undefined;
  const stacks = [...Object.values(scenario.variants).flatMap((variant) => Object.values(variant.stacks ?? {})), ...scenario.nodes.map(({ stack }) => stack)];
  return stacks.flat().find(({ engine }) => engine === pattern || engine === `${pattern}/${pattern}`)?.id;
}

/** Version 0, the first sketch: `params` were those of the pattern's main layer, not yet by layer. */
const toLayers: Migration = (document, stories) => {
  if (!isRecord(document.params) || Object.keys(document.params).length === 0) return { ...document, version: 1 };
  return { ...document, version: 1, params: { [mainLayer(document, stories) ?? stories.pattern]: document.params } };
};

/** From each version to the next. Entries are never changed once a version was published. */
const MIGRATIONS: Readonly<Record<number, Migration>> = { 0: toLayers };

/**
 * Brings a document's plain data to the current version; current ones pass unchanged. Newer ones, and those that do not say a version,
 * are refused.
 */
export function migrate(plain: unknown, stories: Stories): { readonly migrated: Plain; readonly problem?: undefined } | { readonly migrated?: undefined; readonly problem: Problem } {
  if (!isRecord(plain)) return { problem: problemAt('', plain, 'an object') };
  const { version } = plain;
  if (typeof version !== 'number' || !Number.isInteger(version) || version < 0) {
    return { problem: problemAt('version', version, `a whole number from 0 to ${DOCUMENT_VERSION}`, { nearest: DOCUMENT_VERSION }) };
  }
  if (version > DOCUMENT_VERSION) {
    const message = `The document has version ${version}, made by a newer Patternscope; this one reads up to version ${DOCUMENT_VERSION}. Reload the page, or open it where it was made.`;
    return { problem: problemAt('version', version, `at most ${DOCUMENT_VERSION}`, { message }) };
  }
  let document: Plain = plain;
  for (let at = version; at < DOCUMENT_VERSION; at++) document = MIGRATIONS[at]!(document, stories);
  return { migrated: document };
}

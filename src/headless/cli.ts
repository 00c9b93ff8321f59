/** `npm run sim -- run <name | file | -> …` and `npm run sim -- list`: the same runs as on the page, without one. */
import { createWriteStream, readFileSync, type WriteStream } from 'node:fs';
import { parseArgs } from 'node:util';
import { OUTCOME_KINDS } from '../kernel/contract.ts';
import type { Chunk, Names } from '../kernel/trace.ts';
import type { LoadedRun } from '../runs/runner.ts';
import { runName } from '../runs/names.ts';
import { nearestName } from '../runs/suggest.ts';
import { assertAll, RefusedDocument, simulate, type Changes } from './index.ts';
import { listAll } from './list.ts';
import { toJson, toJunit, toMarkdown } from './reports.ts';

const HELP = `Usage:
  npm run sim -- run <pattern[/scenario[/variant]] | document.json | -> [options]
  npm run sim -- list [--json]

Options of run:
  --seed N              seed, 0 to 4294967295
  --set layer.param=V   a parameter (several); V is JSON or plain text
  --duration S          simulated seconds
  --assert "F >= N"     exit code 1 unless it holds (several); F such as goodput, browse.p99Ms, breaker.note.opened
  --format F            markdown (default), json, junit; --json is short for --format json
  --trace out.ndjson    writes every hop, mark, note, transition and effect, a line each
Exit codes: 0 all held, 1 an assertion, invariant or law failed, 2 the input was refused.`;
const FORMATS = { json: toJson, markdown: toMarkdown, junit: toJunit } as const;

class Usage extends Error {}

async function main(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args], allowPositionals: true, strict: true,
    options: {
      seed: { type: 'string' }, set: { type: 'string', multiple: true }, duration: { type: 'string' }, assert: { type: 'string', multiple: true },
      format: { type: 'string' }, json: { type: 'boolean' }, trace: { type: 'string' }, help: { type: 'boolean', short: 'h' },
    },
  });
  const [command, target, ...rest] = positionals;
  if (values.help === true || command === undefined || command === 'help') { console.log(HELP); return 0; }
  if (command === 'list') {
    const all = await listAll();
    console.log(values.json === true ? JSON.stringify(all, null, 2) : listText(all as Parameters<typeof listText>[0]));
    return 0;
  }
  if (command !== 'run') throw new Usage(`There is no command "${command}"; ${suggestion(command, ['run', 'list'])}`);
  if (target === undefined || rest.length > 0) throw new Usage('run takes one name, file or -');
  const format = values.json === true ? 'json' : values.format ?? 'markdown';
  if (!Object.hasOwn(FORMATS, format)) throw new Usage(`There is no format "${format}"; ${suggestion(format, Object.keys(FORMATS))}`);

  const changes = changesFrom(values);
  const writer = values.trace === undefined ? null : createWriteStream(values.trace);
  const progress = progressLine();
  const result = await simulate(sourceOf(target), changes, {
    ...(writer !== null && { onTrace: (chunk: Chunk, names: Names, loaded: LoadedRun) => writeTrace(writer, chunk, names, loaded) }),
    onProgress: progress.show,
  });
  progress.clear();
  if (writer !== null) await new Promise((done) => { writer.end(done); });
  const assertions = assertAll(result, values.assert ?? []);
  console.log(FORMATS[format as keyof typeof FORMATS]({ name: runName(result.document), result, assertions }));
  for (const failed of assertions.filter(({ holds }) => !holds)) console.error(`failed: ${failed.text} (${failed.message})`);
  // A law that a scenario breaks on purpose is reported; only broken invariants and assertions fail a run.
  return result.invariants.held && assertions.every(({ holds }) => holds) ? 0 : 1;
}

const suggestion = (word: string, known: readonly string[]): string => {
  const near = nearestName(word, known);
  return near === undefined ? `known are ${known.join(', ')}` : `did you mean "${near}"?`;
};

/** A file or standard input holds a document; anything else is a name. */
function sourceOf(target: string): unknown {
  if (target !== '-' && !/\.json$/i.test(target)) return target;
  let text: string;
  try {
    text = readFileSync(target === '-' ? 0 : target, 'utf8');
  } catch (error) {
    throw new Usage(`${target} can't be read: ${(error as Error).message}`);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Usage(`${target} holds no JSON: ${(error as Error).message}`);
  }
}

function changesFrom(values: { readonly seed?: string | undefined; readonly set?: string[] | undefined; readonly duration?: string | undefined }): Changes {
  const number = (name: string, text: string): number => {
    const value = Number(text);
    if (text.trim() === '' || Number.isNaN(value)) throw new Usage(`--${name} takes a number, not "${text}"`);
    return value;
  };
  const params: Record<string, Record<string, unknown>> = {};
  for (const setting of values.set ?? []) {
    const match = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_]+)=(.*)$/s.exec(setting);
    if (match === null) throw new Usage(`--set takes layer.parameter=value, not "${setting}"`);
    const [, layer, name, text] = match as unknown as [string, string, string, string];
    let value: unknown = text;
    try { value = JSON.parse(text); } catch { /* plain text */ }
    (params[layer] ??= {})[name] = value;
  }
  return {
    ...(values.seed !== undefined && { seed: number('seed', values.seed) }),
    ...(values.duration !== undefined && { durationMs: number('duration', values.duration) * 1000 }),
    ...(Object.keys(params).length > 0 && { params }),
  };
}

/** On a terminal, and only where it takes long enough to be missed. */
function progressLine(): { show(atMs: number, durationMs: number, events: number): void; clear(): void } {
  const started = Date.now();
  let shown = false;
  return {
    show(atMs, durationMs, events) {
      if (!process.stderr.isTTY || Date.now() - started < 500) return;
      shown = true;
      process.stderr.write(`\r${Math.round((atMs / durationMs) * 100)} %  ${(atMs / 1000).toFixed(0)} of ${(durationMs / 1000).toFixed(0)} s, ${events} events `);
    },
    clear() { if (shown) process.stderr.write('\r\u001b[K'); },
  };
}

const HOPS = ['request', 'reply', 'message', 'cancel'];
const MARKS = ['', 'started', 'ended', 'refused', 'gaveUp', 'late', 'began'];
function writeTrace(out: WriteStream, chunk: Chunk, names: Names, { plan }: LoadedRun): void {
  const layers = plan.nodes.flatMap((node) => node.layers.map(({ id }) => id));
  const write = (line: unknown): void => { out.write(`${JSON.stringify(line)}\n`); };
  const { hops, marks, notes, moves, effects } = chunk;
  for (let i = 0; i < hops.length; i++) {
    const link = plan.links[hops.link[i]!]!;
    const back = hops.kind[i] === 1;
    write({
      type: 'hop', kind: HOPS[hops.kind[i]!], call: hops.call[i], root: hops.root[i], parent: hops.parent[i], op: names.list[hops.op[i]!],
      from: back ? link.to : link.from, to: back ? link.from : link.to, sentMs: hops.sentNs[i]! / 1e6, arriveMs: hops.arriveNs[i]! / 1e6,
      attempt: hops.attempt[i], ...(back && { outcome: OUTCOME_KINDS[hops.outcome[i]!] }),
      ...((hops.flags[i]! & 1) !== 0 && { lost: true }), ...((hops.flags[i]! & 2) !== 0 && { duplicate: true }), ...((hops.flags[i]! & 4) !== 0 && { late: true }),
    });
  }
  for (let i = 0; i < marks.length; i++) write({ type: 'mark', kind: MARKS[marks.kind[i]!], atMs: marks.atNs[i]! / 1e6, call: marks.call[i], root: marks.root[i], layer: layers[marks.layer[i]!], outcome: OUTCOME_KINDS[marks.outcome[i]!] });
  for (let i = 0; i < notes.length; i++) write({ type: 'note', atMs: notes.atNs[i]! / 1e6, layer: layers[notes.layer[i]!], name: names.list[notes.name[i]!], call: notes.call[i], data: notes.data[i] });
  for (let i = 0; i < moves.length; i++) write({ type: 'transition', atMs: moves.atNs[i]! / 1e6, layer: layers[moves.layer[i]!], instance: names.list[moves.instance[i]!], from: names.list[moves.from[i]!], to: names.list[moves.to[i]!], event: names.list[moves.event[i]!] });
  for (let i = 0; i < effects.length; i++) write({ type: 'effect', atMs: effects.atNs[i]! / 1e6, layer: layers[effects.layer[i]!], name: names.list[effects.name[i]!], holds: effects.holds[i] === 1, data: effects.data[i] });
}

function listText(all: readonly { id: string; title: string; scenarios: readonly { id: string; title: string; variants: readonly { id: string; title: string }[] }[] }[]): string {
  const lines: string[] = [];
  for (const pattern of all) {
    lines.push(`${pattern.id} · ${pattern.title}`);
    for (const scenario of pattern.scenarios) {
      lines.push(`  ${scenario.id} · ${scenario.title}`);
      for (const variant of scenario.variants) lines.push(`    ${pattern.id}/${scenario.id}/${variant.id} · ${variant.title}`);
    }
  }
  return lines.join('\n');
}

main(process.argv.slice(2)).then((code) => { process.exitCode = code; }, (error: unknown) => {
  if (!(error instanceof Usage || error instanceof RefusedDocument || (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS') === true)) throw error;
  console.error((error as Error).message);
  process.exitCode = 2;
});

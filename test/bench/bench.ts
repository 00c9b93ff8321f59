/**
 * `npm run bench`: how fast the simulator is here. It measures and asserts nothing.
 *
 *     npm run bench                                   everything, 3 processes of 3 runs for each group; some four minutes
 *     npm run bench -- --quick                        fewer and shorter runs; a minute
 *     npm run bench -- --only saga,T5                 groups whose name or description has one of the words
 *     npm run bench -- --json [file]                  the result as JSON, on the standard output or into a file
 *     npm run bench -- --table                        rows for the table of targets in CONTRIBUTING
 *     npm run bench -- --compare a.json b.json        one result beside another
 *
 * Each group runs in processes of its own, each with the reference loop in it (lab.ts says how times and bytes are taken).
 */
import { fork } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { isMainThread } from 'node:worker_threads';
import { groups, runGroup } from './groups.ts';
import { inWorkers, serveHost } from './hosts.ts';
import type { Report, Scale } from './lab.ts';
import { pool, toComparison, toMarkdown, toText, type Result } from './report.ts';

const FULL: Scale = { runs: 3, warmMs: 1200, size: 1, quick: false };
const QUICK: Scale = { runs: 3, warmMs: 700, size: 0.2, quick: true };
const PROCESSES = 3;

/** Runs a group in a fresh process. */
function inChild(name: string, scale: Scale): Promise<Report> {
  return new Promise((resolve, reject) => {
    const child = fork(process.argv[1]!, ['--group', name, '--scale', JSON.stringify(scale)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    child.once('message', (report) => resolve(report as Report));
    child.once('exit', (code) => reject(new Error(`${name} ended with ${code}`)));
  });
}
const tell = (text: string): void => { process.stderr.write(process.stderr.isTTY ? `\r\u001b[K${text}` : text === '' ? '' : `${text}\n`); };

async function measureAll(names: readonly string[], quick: boolean): Promise<Result> {
  const started = performance.now();
  const load = loadavg()[0]!;
  const reports: Report[] = [], failed = new Set<string>();
  const processes = quick ? 1 : PROCESSES;
  // Round by round, so that a disturbance that lasts a while touches one process of a group, not all.
  for (let round = 0; round < processes; round++) {
    for (const name of names) {
      const once = groups[name]!.once === true;
      if (once && round > 0) continue;
      tell(`${((performance.now() - started) / 1000).toFixed(0)} s · ${round + 1} of ${processes} · ${name}: ${groups[name]!.about}`);
      const scale = quick ? QUICK : { ...FULL, runs: once ? FULL.runs * PROCESSES - 2 : FULL.runs };
      try { reports.push(await inChild(name, scale)); } catch (error) { failed.add(name); tell(`${(error as Error).message}\n`); }
    }
  }
  tell('');
  const { measurements, figures } = pool(reports);
  const order = Object.keys(groups);
  const byGroup = (a: { group: string }, b: { group: string }): number => order.indexOf(a.group) - order.indexOf(b.group);
  return {
    date: new Date().toISOString().slice(0, 16).replace('T', ' '), quick, failed: [...failed],
    machine: { cpu: cpus()[0]?.model.trim() ?? 'unknown', cores: cpus().length, node: process.version.slice(1), load },
    measurements: measurements.toSorted(byGroup), figures: figures.toSorted(byGroup),
  };
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      quick: { type: 'boolean' }, only: { type: 'string' }, json: { type: 'boolean' }, table: { type: 'boolean' }, compare: { type: 'boolean' },
      group: { type: 'string' }, scale: { type: 'string' },
    },
  });
  if (values.group !== undefined) {
    process.once('disconnect', () => process.exit(1));
    const report = await runGroup(values.group, JSON.parse(values.scale!) as Scale, inWorkers(process.argv[1]!));
    process.send!(report, () => process.exit(0));
    return;
  }
  const read = (file: string): Result => JSON.parse(readFileSync(file, 'utf8')) as Result;
  if (values.compare === true) {
    const [a, b] = positionals;
    if (a === undefined || b === undefined) throw new Error('--compare needs two files that --json has written');
    console.log(toComparison(read(a), read(b)));
    return;
  }
  const words = values.only?.toLowerCase().split(/[ ,]+/).filter((word) => word !== '') ?? [''];
  const names = Object.entries(groups).filter(([name, { about }]) => words.some((word) => `${name} ${about}`.toLowerCase().includes(word))).map(([name]) => name);
  if (names.length === 0) throw new Error(`no group is about ${words.join(', ')}; there are:\n${Object.entries(groups).map(([name, { about }]) => `  ${name.padEnd(13)}${about}`).join('\n')}`);
  const result = await measureAll(names, values.quick === true);
  if (values.json === true && positionals[0] === undefined) console.log(JSON.stringify(result));
  else {
    if (values.json === true) writeFileSync(positionals[0]!, JSON.stringify(result));
    console.log(values.table === true ? toMarkdown(result) : toText(result));
  }
  if (result.failed.length > 0) process.exitCode = 1;
}

if (isMainThread) main().catch((error: unknown) => { console.error((error as Error).message); process.exitCode = 1; });
else serveHost();

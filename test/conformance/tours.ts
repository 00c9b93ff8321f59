/** A pattern's guided tour, walked in its own runs: every beat comes up, its holes are filled, and what it states in numbers is so. */
import type { Json } from '../../src/kernel/contract.ts';
import { createNames, createTrace, takeChunk } from '../../src/kernel/trace.ts';
import { World } from '../../src/kernel/world.ts';
import { chaptersOf, factHolds, factValue, placeBeats, type Chapter, type Measured, type TouredRun } from '../../src/runs/tour.ts';
import type { Case, Pattern } from './cases.ts';
import { holesOf } from './observe.ts';

const FEWEST = 5, MOST = 9;

function walk(one: Case): { readonly run: TouredRun; readonly measured: Measured } {
  const plan = one.plan();
  const names = createNames(), trace = createTrace();
  const world = new World(plan, { check: 'off', fingerprint: false, trace, names });
  const notes: { atMs: number; layer: string; name: string; data: Json | undefined }[] = [];
  const values: Record<string, number[]> = Object.fromEntries(world.sampleNames.map((name) => [name, []]));
  for (let ms = 1000; ; ms += 1000) {
    world.runUntil(ms);
    const chunk = takeChunk(trace, 0, 0);
    for (let i = 0; i < chunk.notes.length; i++) notes.push({ atMs: chunk.notes.atNs[i]! / 1e6, layer: world.layerIds[chunk.notes.layer[i]!]!, name: names.list[chunk.notes.name[i]!]!, data: chunk.notes.data[i] });
    const width = world.sampleNames.length + 1;
    for (let at = 0; at < chunk.samples.length; at += width) world.sampleNames.forEach((name, i) => values[name]!.push(chunk.samples[at + 1 + i]!));
    if (ms >= plan.durationMs) break;
  }
  const rows = Object.values(values)[0]?.length ?? 0;
  return { run: { notes, durationMs: plan.durationMs, computedMs: plan.durationMs, faults: plan.faults }, measured: { samples: { rows, values }, summary: world.summary() } };
}

export function tourProblems({ story, cases }: Pattern): string[] {
  const wrong: string[] = [];
  if (story.lesson.length < FEWEST || story.lesson.length > MOST) wrong.push(`the lesson has ${story.lesson.length} beats; ${FEWEST} to ${MOST} make a tour`);
  if (story.lesson.filter(({ text, shows = [] }) => shows.length > 0 || holesOf(text).length > 0).length < 2) wrong.push('at least two beats must state something in numbers: a hole that its note fills, or a fact in `shows`');
  for (const chapter of chaptersOf(story)) {
    const one = cases.find(({ scenarioId, variantId }) => scenarioId === chapter.scenario && variantId === chapter.variant);
    if (one === undefined) wrong.push(`beat ${chapter.from + 1} turns to ${chapter.scenario}/${chapter.variant}, which does not exist`);
    else wrong.push(...chapterProblems(chapter, one));
  }
  return wrong;
}

function chapterProblems({ from, beats, scenario, variant }: Chapter, one: Case): string[] {
  const { run, measured } = walk(one);
  const nodes = one.scenario.nodes.map(({ id }) => id);
  return placeBeats(beats, run).flatMap(({ beat, atMs, data }, i) => {
    const name = `beat ${from + i + 1} ("${beat.title}")`;
    if (atMs === null) return [`${name} never comes up in ${scenario}/${variant}: it waits for ${JSON.stringify(beat.when)}`];
    const wrong: string[] = [];
    if (beat.focus !== undefined && !nodes.includes(beat.focus)) wrong.push(`${name} looks at ${beat.focus}, which is no node of ${scenario}`);
    for (const hole of [...holesOf(beat.text), ...holesOf(beat.invite ?? '')]) if (!['layer', 'node'].includes(hole) && !Object.hasOwn(data, hole)) wrong.push(`${name} has a hole {${hole}}, which its note does not fill`);
    for (const fact of beat.shows ?? []) {
      const value = factValue(fact, atMs, measured);
      if (!factHolds(fact, value)) wrong.push(`${name} states that ${fact.metric} is ${[fact.above === undefined ? '' : `above ${fact.above}`, fact.below === undefined ? '' : `below ${fact.below}`].filter(Boolean).join(' and ')}, but at ${atMs} ms it is ${value}`);
    }
    return wrong;
  });
}

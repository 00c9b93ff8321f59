/** Faults, interventions and breakpoints beyond their shape: spans, legal values, names that belong together. */
import type { Intervention, LayerId, Ms, NodeId } from '../kernel/contract.ts';
import type { Fault } from '../kernel/faults.ts';
import { own } from './document-plain.ts';
import { problemAt, type Report } from './document-problem.ts';
import type { Breakpoint, ParamsByLayer } from './document.ts';
import { checkRelations, checkValues } from './validate-params.ts';
import { checkName } from './validate-shape.ts';
import type { KnownLayer } from './validate.ts';

/** Notes that the kernel itself writes, on any layer. */
export const KERNEL_NOTES: readonly string[] = ['nodeCrashed', 'nodeRestarted', 'paramsChanged', 'controlUsed', 'lawBroken'];

/** A clock may not be slowed further than to this share of true time by all faults on it together. */
const SLOWEST_CLOCK = 0.1;

const active = (fault: Fault, atMs: Ms): boolean => fault.fromMs <= atMs && atMs < (fault.untilMs ?? Infinity);

function driftAt(faults: readonly Fault[], node: NodeId, atMs: Ms): number {
  let ppm = 0;
  for (const fault of faults) if (fault.kind === 'clock' && fault.node === node && active(fault, atMs)) ppm += fault.driftPpm ?? 0;
  return ppm;
}

/** Something that lies after the end does no harm, so that a run can be shortened without editing its lanes; it is worth a word. */
function warnAfterEnd(path: string, atMs: Ms, durationMs: Ms, report: Report): void {
  if (atMs > durationMs) report.warn(problemAt(path, atMs, `at most ${durationMs}`, { nearest: durationMs, message: `${path} is ${atMs}, after the end of the run (${durationMs} ms): it has no effect.` }));
}

/** Spans must not be empty, and clocks must go forward. The faults have their shape already. */
export function checkFaults(faults: readonly Fault[], durationMs: Ms, report: Report): void {
  faults.forEach((fault, i) => {
    const path = `faults[${i}]`;
    if (fault.untilMs !== undefined && fault.untilMs <= fault.fromMs) report.add(problemAt(`${path}.untilMs`, fault.untilMs, `above fromMs (${fault.fromMs})`));
    warnAfterEnd(`${path}.fromMs`, fault.fromMs, durationMs, report);
    if (fault.kind === 'clock' && 1 + driftAt(faults, fault.node, fault.fromMs) / 1e6 < SLOWEST_CLOCK) {
      report.add(problemAt(`${path}.driftPpm`, fault.driftPpm, `such that all faults on the clock of ${fault.node} together leave it at least ${SLOWEST_CLOCK} of its speed`));
    }
  });
}

/** Changed parameters must be legal, also together with those in force by then, and controls must exist. Sorted by time. */
export function checkInterventions(lane: readonly Intervention[], layers: ReadonlyMap<LayerId, KnownLayer>, params: ParamsByLayer, durationMs: Ms, report: Report): void {
  const inForce = new Map<LayerId, Readonly<Record<string, unknown>>>();
  lane.forEach((item, i) => {
    if (report.full) return;
    const path = `interventions[${i}]`;
    warnAfterEnd(`${path}.atMs`, item.atMs, durationMs, report);
    const known = layers.get(item.layer);
    if (known?.story === undefined) return;
    if (item.kind === 'control') {
      checkName(item.control, `a control of ${item.layer}`, Object.keys(known.story.controls ?? {}), `${path}.control`, report);
      return;
    }
    const before = report.problems.length;
    checkValues(known.story, item.params, `${path}.params`, report);
    if (report.problems.length > before) return;
    const now = { ...(inForce.get(item.layer) ?? { ...known.layer.base, ...own(params, item.layer) }), ...item.params };
    inForce.set(item.layer, now);
    checkRelations(known.story, now, `${path}.params`, report);
  });
}

/** A note must be one of its layer's, where a layer is named. */
export function checkBreakpoints(stops: readonly Breakpoint[], layers: ReadonlyMap<LayerId, KnownLayer>, durationMs: Ms, report: Report): void {
  stops.forEach((stop, i) => {
    const path = `breakpoints[${i}]`;
    if (stop.kind === 'time') warnAfterEnd(`${path}.atMs`, stop.atMs, durationMs, report);
    if (stop.kind === 'note' && stop.layer !== undefined) {
      const story = layers.get(stop.layer)?.story;
      if (story !== undefined) checkName(stop.note, `a note of ${stop.layer}`, [...Object.keys(story.notes), ...KERNEL_NOTES], `${path}.note`, report);
    }
  });
}

/** Distributions as forms. */
import type { Distribution } from '../../kernel/distributions.ts';

interface Field {
  readonly name: string;
  readonly label: string;
  readonly unit: string;
  readonly list?: boolean;
}
export const DISTRIBUTIONS: Readonly<Record<Distribution['kind'], { readonly title: string; readonly fields: readonly Field[] }>> = {
  constant: { title: 'always the same', fields: [{ name: 'ms', label: 'time', unit: 'ms' }] },
  uniform: { title: 'uniform', fields: [{ name: 'minMs', label: 'from', unit: 'ms' }, { name: 'maxMs', label: 'to', unit: 'ms' }] },
  exponential: { title: 'exponential', fields: [{ name: 'meanMs', label: 'mean', unit: 'ms' }] },
  erlang: { title: 'Erlang', fields: [{ name: 'k', label: 'stages', unit: '' }, { name: 'meanMs', label: 'mean', unit: 'ms' }] },
  lognormal: { title: 'lognormal', fields: [{ name: 'medianMs', label: 'median', unit: 'ms' }, { name: 'p99Ms', label: 'p99', unit: 'ms' }] },
  pareto: { title: 'Pareto (heavy tail)', fields: [{ name: 'alpha', label: 'shape α', unit: '' }, { name: 'minMs', label: 'from', unit: 'ms' }, { name: 'maxMs', label: 'at most', unit: 'ms' }] },
  bimodal: { title: 'fast or slow', fields: [{ name: 'fastMs', label: 'fast', unit: 'ms' }, { name: 'slowMs', label: 'slow', unit: 'ms' }, { name: 'slowRatio', label: 'share slow', unit: '0–1' }] },
  empirical: { title: 'from measured values', fields: [{ name: 'values', label: 'values', unit: 'ms', list: true }] },
  histogram: { title: 'from a histogram', fields: [{ name: 'edgesMs', label: 'edges', unit: 'ms', list: true }, { name: 'counts', label: 'counts', unit: '', list: true }] },
};

/** Roughly the mean, to begin with when the kind changes. */
export function meanOf(distribution: Distribution): number {
  switch (distribution.kind) {
    case 'constant': return distribution.ms;
    case 'uniform': return (distribution.minMs + distribution.maxMs) / 2;
    case 'exponential': case 'erlang': return distribution.meanMs;
    case 'lognormal': return distribution.medianMs;
    case 'pareto': return distribution.alpha > 1 ? (distribution.alpha * distribution.minMs) / (distribution.alpha - 1) : distribution.minMs * 2;
    case 'bimodal': return distribution.slowRatio * distribution.slowMs + (1 - distribution.slowRatio) * distribution.fastMs;
    case 'empirical': return distribution.values.reduce((sum, it) => sum + it, 0) / Math.max(1, distribution.values.length);
    case 'histogram': return ((distribution.edgesMs[0] ?? 0) + (distribution.edgesMs.at(-1) ?? 0)) / 2;
  }
}
const round = (ms: number): number => Number(ms.toPrecision(3));
export function ofKind(kind: Distribution['kind'], mean: number): Distribution {
  const about = mean > 0 ? round(mean) : 10;
  switch (kind) {
    case 'constant': return { kind, ms: about };
    case 'uniform': return { kind, minMs: round(about / 2), maxMs: round(about * 1.5) };
    case 'exponential': return { kind, meanMs: about };
    case 'erlang': return { kind, k: 3, meanMs: about };
    case 'lognormal': return { kind, medianMs: about, p99Ms: round(about * 5) };
    case 'pareto': return { kind, alpha: 2, minMs: round(about / 2), maxMs: round(about * 100) };
    case 'bimodal': return { kind, slowRatio: 0.05, fastMs: round(about / 2), slowMs: round(about * 10) };
    case 'empirical': return { kind, values: [round(about / 2), about, round(about * 2)] };
    case 'histogram': return { kind, edgesMs: [0, about, round(about * 4)], counts: [9, 1] };
  }
}

/** Behaviour of what people use. */
import type { Preset } from '../../kernel/story.ts';
import { algorithmIs, valueGreaterThan } from './domain.ts';

export const presets = {
  original: {
    title: 'The sketch: is_satisfied_by in memory', source: 'the original: abstract is_satisfied_by, binary And/Or/Not with the short circuit of the host language, strict >, no query, None raises TypeError',
    params: { tree: { op: 'and', of: [valueGreaterThan(10), { op: 'not', of: [algorithmIs('md5')] }] }, execution: 'inMemory', strategy: 'asWritten', nullLogic: 'raise', profileRatio: 0 },
  },
  ardalis: {
    title: 'Ardalis.Specification', source: 'ardalis/Specification README and evaluators: Where, OrderBy, Skip, Take on the query; no And/Or of specifications by design',
    params: { execution: 'pushDown', untranslatable: 'refuse', strategy: 'asWritten', nullLogic: 'threeValued', bounds: false, profileRatio: 0 },
  },
  'spring-data-jpa': {
    title: 'Spring Data JPA Specification', source: 'Spring Data JPA reference: Specification.where, and, or, not become a criteria query; code cannot be part of it',
    params: { execution: 'pushDown', untranslatable: 'refuse', strategy: 'asWritten', nullLogic: 'threeValued', bounds: false, profileRatio: 0 },
  },
  'ef-core-2': {
    title: 'EF Core before 3: client evaluation', source: 'EF Core 3.0 breaking changes: until then what could not be translated was evaluated on the client, in silence',
    params: { execution: 'hybrid', strategy: 'asWritten', nullLogic: 'threeValued', bounds: false, profileRatio: 0 },
  },
  postgres: {
    title: 'Planner of PostgreSQL', source: 'PostgreSQL order_qual_clauses: quals by cost of their functions (COST), independence of clauses without extended statistics',
    params: { execution: 'hybrid', strategy: 'greedyRank', statistics: 'marginal', nullLogic: 'threeValued' },
  },
  elasticsearch: {
    title: 'Elasticsearch bool filter', source: 'Elasticsearch bool query: must, should with minimum_should_match, must_not; conjunctions lead with the clause of lowest cost; a missing field simply does not match',
    params: { execution: 'pushDown', untranslatable: 'refuse', strategy: 'greedyRank', nullLogic: 'twoValued' },
  },
  adaptive: {
    title: 'Adaptive ordering', source: 'S. Babu et al., Adaptive Ordering of Pipelined Stream Filters, SIGMOD 2004: greedy on a profile of all filters',
    params: { execution: 'hybrid', strategy: 'greedyRank', statistics: 'joint', reorderEveryMs: 2000, profileRatio: 0.05 },
  },
} as const satisfies Readonly<Record<string, Preset>>;

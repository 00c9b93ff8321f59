import type { Card } from '../../kernel/story.ts';

export const specification: Card = {
  id: 'specification',
  number: 11,
  title: 'Specification',
  family: 'structure',
  summary: 'Name a business rule once, as a tree: combine it, explain it, put it in the cheapest order, send it to the store as a query.',
  keywords: [
    'specification', 'predicate', 'business rule', 'query', 'push-down', 'filter', 'selectivity', 'three-valued logic', 'null', 'De Morgan', 'composite', 'DDD', 'criteria',
    'Ardalis.Specification', 'Spring Data JPA', 'Querydsl', 'PostgreSQL', 'Elasticsearch',
  ],
  story: async () => (await import('./story.ts')).story,
  engineStories: async () => (await import('./stories.ts')).engineStories,
  engines: async () => await import('./engine.ts'),
};

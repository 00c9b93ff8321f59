import type { Card } from '../../kernel/story.ts';

export const canary: Card = {
  id: 'canary',
  number: 28,
  title: 'Canary deployment',
  family: 'delivery',
  summary: 'Give a new release to a small, steady share of the users, compare, and go on only while the evidence is good; else everybody is back within one check.',
  keywords: [
    'canary', 'progressive delivery', 'rollout', 'rollback', 'traffic splitting', 'sticky', 'bucket', 'weight', 'analysis', 'A/B', 'baseline', 'bake time', 'mirroring', 'shadow',
    'Argo Rollouts', 'Flagger', 'Kayenta', 'Envoy', 'Kong', 'CodeDeploy', 'Fisher', 'Mann–Whitney', 'SPRT',
  ],
  story: async () => (await import('./story.ts')).story,
  engineStories: async () => (await import('./stories.ts')).engineStories,
  engines: async () => await import('./engine.ts'),
  machines: async () => ({ rollout: (await import('./machine.ts')).rolloutMachine }),
};

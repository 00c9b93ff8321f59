import { describe, expect, it } from 'vitest';
import type { Scenario, Story } from '../kernel/story.ts';
import { breakerStories as good, fixtureRoles, fixtureStories } from '../../test/fuzz/fixture.ts';
import { storiesFrom } from './document-stories.ts';
import { storyProblems } from './validate-story.ts';

const problems = (change: (scenario: Scenario) => Scenario) => {
  const story = fixtureStories['circuit-breaker']!;
  const changed: Story = { ...story, scenarios: { ...story.scenarios, calm: change(story.scenarios.calm!) } };
  return storyProblems(storiesFrom('circuit-breaker', { ...fixtureStories, 'circuit-breaker': changed }, fixtureRoles)).map(({ path }) => path);
};

describe('a story', () => {
  it('that is right has no problems', () => {
    expect(storyProblems(good)).toEqual([]);
  });
  it('may speak only of what exists, with legal values', () => {
    const variant = (part: object) => (scenario: Scenario) => ({ ...scenario, variants: { ...scenario.variants, with: { ...scenario.variants.with!, ...part } } });
    expect(problems(variant({ params: { braker: {} } }))).toEqual(['calm/with.params.braker']);
    expect(problems(variant({ params: { breaker: { openMs: -1 } } }))).toEqual(['calm/with: params.breaker.openMs']);
    expect(problems(variant({ presets: { breaker: 'gone' } }))).toEqual(['calm/with.presets.breaker']);
    expect(problems(variant({ faults: [{ kind: 'pause', node: 'gone', fromMs: 0 }] }))).toEqual(['calm/with: faults[0].node']);
    expect(problems(variant({ stacks: { users: [{ id: 'x', engine: 'gone' }] } }))).toEqual(['calm/with: stacks.users[0].engine']);
    expect(problems((scenario) => ({ ...scenario, opensWith: 'gone' }))[0]).toBe('calm.opensWith');
    expect(problems((scenario) => ({ ...scenario, measure: { ...scenario.measure, untilMs: 99_999 } }))).toEqual(['calm.measure']);
    expect(problems((scenario) => ({ ...scenario, links: [...scenario.links, ...scenario.links] }))).toEqual(['calm.links[1]']);
    for (const id of ['payments', 'a.b', 'a>b', 'constructor']) expect(problems((scenario) => ({ ...scenario, nodes: [...scenario.nodes, { id, role: 'service', stack: [] }] }))).toContain('calm.nodes[2].id');
    expect(problems((scenario) => ({ ...scenario, interventions: [{ atMs: 1, kind: 'control', layer: 'breaker', control: 'gone' }] }))).toContain('calm/with: interventions[0].control');
  });
});

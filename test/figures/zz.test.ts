import { test } from 'vitest';
import { patternOf, runsOf, told } from './runs.ts';
const p = await patternOf('circuit-breaker');
test('m', () => {
  for (const v of ['together', 'with']) {
    const runs = runsOf(p, 'synchronised-probes', v, { untilMs: 45000, notes: true });
    console.log(v, 'spread of first 100 openings', told(runs.map((r) => { const t = r.times('opened').slice(0, 100); return t[99]! - t[0]!; })), 'middle 80', told(runs.map((r) => { const t = r.times('opened').slice(0, 100); return t[89]! - t[10]!; })),
      'openings in 33-41', told(runs.map((r) => r.times('opened').filter((t) => t >= 33000 && t < 41000).length)));
  }
  const runs = runsOf(p, 'flapping', 'with', { untilMs: 60000, notes: true });
  console.log('flapping large opened per seed', runs.map((r) => r.times('opened').length).join());
});

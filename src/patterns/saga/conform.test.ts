import { expect, test } from 'vitest';
import { loadPattern } from '../../../test/conformance/cases.ts';
import { endLaw, lessonLaw, namesLaw, notesLaw, panelsLaw, storyLaw, textLaw } from '../../../test/conformance/laws.ts';
import { unreached } from '../../../test/conformance/machines.ts';
import { observe } from '../../../test/conformance/observe.ts';
import { saga } from './index.ts';
test('conform', async () => {
  const p = await loadPattern(saga, [saga]);
  const wrong = [...namesLaw(p), ...storyLaw(p), ...textLaw(p)];
  console.log(wrong.join('\n'));
  const t = performance.now();
  const runs = p.cases.map((c) => { const t0 = process.cpuUsage(); const r = observe(c, { check: 'event' }); const d = process.cpuUsage(t0); console.log(c.name, Math.round((d.user + d.system) / 1000)); return r; });
  console.log(Math.round(performance.now() - t), [...runs.flatMap(endLaw), ...notesLaw(p, runs, {}, () => ''), ...lessonLaw(p, runs), ...panelsLaw(p, runs)].join('\n'), unreached(p, runs));
  expect(1).toBe(1);
}, 600_000);

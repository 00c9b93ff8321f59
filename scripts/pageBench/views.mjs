// Every view of the page that can be on the screen while a run plays, and how to get there.

const tab = (id) => async (page) => {
  await page.getByTestId(`tab-${id}`).click();
  await loaded(page);
};
/** The panel in front is more than the word that it is loading. */
export const loaded = (page) => page.waitForFunction(() => ![...document.querySelectorAll('[role="tabpanel"] p[role="status"]')].some((it) => it.textContent === 'Loading…'));
const followOne = async (page) => {
  await page.evaluate(() => window.patternscope.follow(40));
  await tab('request')(page);
};
/** In the flagship, at any number of requests in flight. */
export const VIEWS = {
  stage: { go: tab('about') },
  lesson: { go: tab('lesson') },
  controls: { go: tab('controls') },
  stack: { go: tab('stack') },
  states: { go: tab('machine') },
  sequence: { go: tab('sequence') },
  inside: { go: tab('instruments') },
  charts: { go: tab('charts') },
  map: { go: tab('map') },
  log: { go: tab('log') },
  code: { go: tab('source') },
  settings: { go: tab('settings') },
  request: { go: followOne },
  compare: { go: async (page) => { await tab('charts')(page); await page.evaluate(() => window.patternscope.compare({ variant: 'without' })); } },
  branches: { go: async (page) => { await tab('log')(page); await page.evaluate(async () => { await window.patternscope.seek(3000); await window.patternscope.fork({ fault: { kind: 'crash', target: { node: 'catalog' }, fromMs: 8000, untilMs: 8500 } }); }); } },
};
/** Instruments of patterns, in their own first scenario. */
export const INSTRUMENTS = ['circuit-breaker', 'retry', 'rate-limiting', 'token-bucket', 'bulkhead', 'cache-aside', 'saga', 'event-sourcing', 'canary', 'inbox'];

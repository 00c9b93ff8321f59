import react from '@vitejs/plugin-react';
import { runnerImport, type Plugin } from 'vite';
import { defineConfig } from 'vitest/config';
import { bundleBudget } from './scripts/bundle-budget.mjs';
import { earlyLoad } from './scripts/early-load.mjs';
import { embedPages } from './scripts/embed-pages.mjs';

/** One entry per page of the built site; the pages of embeds are made by scripts/embed-pages.mjs. */
const pages = {
  index: 'index.html',
};

/** `virtual:stills`: what src/entry/stills.ts makes of the stories, as a module of plain data. */
const stills: Plugin = {
  name: 'stills',
  resolveId: (id) => (id === 'virtual:stills' ? '\0virtual:stills' : undefined),
  async load(id) {
    if (id !== '\0virtual:stills') return undefined;
    const { module } = await runnerImport<{ stills: unknown }>('/src/entry/stills.ts', { configFile: false, root: import.meta.dirname, logLevel: 'error' });
    return `export const stills = ${JSON.stringify(module.stills)};`;
  },
};

export default defineConfig({
  base: './', // the site works under any path of any host
  plugins: [react(), stills, bundleBudget('site'), ...earlyLoad(), ...embedPages()],
  worker: { format: 'es', plugins: () => [bundleBudget('worker')] },
  build: {
    target: 'es2022',
    modulePreload: { polyfill: false }, // a browser that can't preload loads a little later
    rolldownOptions: {
      input: pages,
      // React in one file: it compresses better than in three, and a browser keeps it while the rest changes.
      output: { codeSplitting: { groups: [{ name: 'react', test: /\/node_modules\/(?:react|react-dom|scheduler)\// }] } },
    },
  },
  test: {
    environment: 'node',
    include: ['src/**/*.test.{ts,tsx}', 'test/**/*.test.ts'],
    exclude: ['e2e/**', 'node_modules/**', 'dist/**'],
    testTimeout: 240_000, // property and theory tests simulate for a while, longer on a busy machine
    pool: 'forks',
    maxWorkers: 2,
    ...(process.env.VITEST !== undefined && { sequence: { sequencer: (await import('./scripts/longest-first.mjs')).LongestFirst } }),
    alias: [{ find: /^fast-check$/, replacement: `${import.meta.dirname}/test/support/fastCheck.mjs` }],
  },
});

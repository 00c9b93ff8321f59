import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

/** One entry per page of the built site. */
const pages = {
  index: 'index.html',
};

export default defineConfig({
  base: './', // the site works under any path of any host
  plugins: [react()],
  worker: { format: 'es' },
  build: {
    target: 'es2022',
    rolldownOptions: { input: pages },
  },
  test: {
    environment: 'node',
    include: ['src/**/*.test.{ts,tsx}', 'test/**/*.test.ts'],
    exclude: ['e2e/**', 'node_modules/**', 'dist/**'],
    testTimeout: 60_000, // property and theory tests simulate for a while
    pool: 'forks',
    maxWorkers: 2,
  },
});

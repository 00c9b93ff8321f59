// `npm start`: the development server. PORT chooses the port; when it is taken, the next free one is used.
import { join } from 'node:path';
import { createServer } from 'vite';

const server = await createServer({
  root: join(import.meta.dirname, '..'),
  server: {
    port: Number(process.env.PORT) || 5173,
    strictPort: false,
    host: process.env.HOST || 'localhost',
    // A browser opens only for a person at a terminal, never in CI or under a script.
    open: Boolean(process.stdout.isTTY) && !process.env.CI,
  },
});
await server.listen();
server.printUrls();
console.log('  Ctrl+C stops it.');

// A plain static file server that mounts a folder under a path prefix, as a project page on a static host would be:
// right MIME types, no fallback page, 404 for what is not there. The end-to-end tests run against it.
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

const mimeTypes = {
  '.css': 'text/css; charset=utf-8',
  '.gif': 'image/gif',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.mp4': 'video/mp4',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webm': 'video/webm',
  '.webmanifest': 'application/manifest+json',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
  '.xml': 'application/xml; charset=utf-8',
};

/** Serves `directory` at `prefix` on 127.0.0.1; port 0 takes a free one. */
export async function serve({ directory, prefix = '/', port = 0 }) {
  const base = resolve(directory);
  const server = createServer(async (request, response) => {
    // Static hosts such as GitHub Pages send this header; an embed in a sandboxed frame needs it.
    response.setHeader('Access-Control-Allow-Origin', '*');
    response.setHeader('Cache-Control', 'no-cache');
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(response, 405);
    const file = await locate(base, prefix, request.url ?? '/');
    if (!file) return refuse(response, 404);
    response.setHeader('Content-Type', mimeTypes[extname(file.path).toLowerCase()] ?? 'application/octet-stream');
    response.setHeader('Content-Length', file.size);
    if (request.method === 'HEAD') return response.end();
    createReadStream(file.path).on('error', () => response.destroy()).pipe(response);
  });
  await new Promise((done, failed) => server.once('error', failed).listen(port, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${server.address().port}${prefix}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

function refuse(response, status) {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' }).end(`${status}\n`);
}

async function locate(base, prefix, url) {
  let path;
  try {
    path = decodeURIComponent(new URL(url, 'http://localhost').pathname);
  } catch {
    return undefined;
  }
  if (!path.startsWith(prefix)) return undefined;
  let file = resolve(base, path.slice(prefix.length));
  if (file !== base && !file.startsWith(base + sep)) return undefined;
  if (path.endsWith('/')) file = join(file, 'index.html');
  const found = await stat(file).catch(() => undefined);
  return found?.isFile() ? { path: file, size: found.size } : undefined;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { values } = parseArgs({
    options: {
      directory: { type: 'string', default: join(import.meta.dirname, '..', 'dist') },
      prefix: { type: 'string', default: '/some/deep/path/' },
      port: { type: 'string', default: '0' },
    },
  });
  const { url } = await serve({ ...values, port: Number(values.port) });
  console.log(url);
}

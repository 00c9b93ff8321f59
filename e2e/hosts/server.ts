/** Pages of somebody else: a server on another port, which is another origin. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface HostPages {
  /** Origin, with a slash at its end. */
  readonly url: string;
  /** Puts a page (or, by its name, another file) there. */
  put(path: string, content: string): string;
  close(): void;
}
const TYPES: Readonly<Record<string, string>> = { html: 'text/html', json: 'application/json', js: 'text/javascript', css: 'text/css', md: 'text/plain' };

export async function hostPages(): Promise<HostPages> {
  const pages = new Map<string, string>();
  const server: Server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://host').pathname.slice(1);
    const content = pages.get(path);
    response.writeHead(content === undefined ? 404 : 200, { 'Content-Type': `${TYPES[/\.(\w+)$/.exec(path)?.[1] ?? 'html'] ?? 'text/html'}; charset=utf-8`, 'Access-Control-Allow-Origin': '*' });
    response.end(content ?? '');
  });
  await new Promise<void>((done) => { server.listen(0, '127.0.0.1', done); });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return { url, put(path, content) { pages.set(path, content); return url + path; }, close() { server.closeAllConnections(); server.close(); } };
}
/** A plain article around some HTML. */
export const article = (body: string, head = ''): string => `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>An article</title><link rel="icon" href="data:,"><meta name="viewport" content="width=device-width, initial-scale=1">${head}
<style>body{margin:0 auto;max-width:1200px;font-family:serif}</style></head><body><h1>An article</h1>${body}</body></html>`;

/** A host that has no script of ours: it talks to a plain iframe by postMessage, as anybody could. Runs in the page. */
import type { Page } from '@playwright/test';

export interface RawAnswer {
  readonly id?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string };
  readonly method?: string;
}
/** Puts an iframe into the page and records all that comes from it. */
export async function openRaw(page: Page, address: string, { sandbox, answers = true }: { readonly sandbox?: string; readonly answers?: boolean } = {}): Promise<void> {
  await page.evaluate(({ src, box }) => {
    const frame = document.createElement('iframe');
    frame.id = 'raw';
    frame.title = 'raw';
    frame.width = '720';
    frame.height = '520';
    if (box !== undefined) frame.setAttribute('sandbox', box);
    const heard: unknown[] = [];
    Object.assign(window, { heard });
    addEventListener('message', (event) => { if (event.source === frame.contentWindow) heard.push({ ...event.data, origin: event.origin }); });
    frame.src = src;
    document.body.append(frame);
  }, { src: address, box: sandbox });
  if (answers) await page.waitForFunction(() => (window as unknown as { heard: RawAnswer[] }).heard.some(({ method }) => method === 'waiting'));
}
/** Posts anything to the frame and waits for the answer with that id; null when none comes. */
export const post = (page: Page, message: unknown, waitMs = 15_000): Promise<RawAnswer | null> => page.evaluate(async ({ what, most }) => {
  const frame = document.querySelector<HTMLIFrameElement>('#raw')!;
  const { heard } = window as unknown as { heard: RawAnswer[] };
  const from = heard.length;
  frame.contentWindow!.postMessage(what, '*');
  const id = (what as { id?: unknown } | null)?.id;
  for (const start = performance.now(); performance.now() - start < most;) {
    const found = heard.slice(from).find((answer) => answer.method === undefined && (answer.id === id || answer.id === null));
    if (found !== undefined) return found;
    await new Promise((next) => { setTimeout(next, 20); });
  }
  return null;
}, { what: message, most: waitMs });
export const rpc = (page: Page, id: number, method: string, params?: unknown): Promise<RawAnswer | null> => post(page, { jsonrpc: '2.0', id, method, ...(params !== undefined && { params }) });

/**
 * The frame's side of the contract. It listens to one window, its parent, from one origin: that of the first valid `hello`, or the one that
 * the address pins. Everything that comes in is bounded in size and rate and copied as plain data before it is looked at.
 */
import { copyPlain } from '../runs/document-copy.ts';
import { isRecord } from '../runs/document-plain.ts';
import { ERRORS, MAX_DEPTH, MAX_EVENTS_PER_SECOND, MAX_MESSAGE, METHODS, PROTOCOL, RATE, type EventName, type Method } from './contract.ts';
import type { Verbs } from './verbs.ts';

export interface HostWindow {
  postMessage(message: unknown, targetOrigin: string): void;
}
export interface Incoming {
  readonly source: unknown;
  readonly origin: string;
  readonly data: unknown;
}
export interface FrameDeps {
  /** The window around the frame; null: it stands alone. */
  readonly parent: HostWindow | null;
  /** The only origin to talk to, where the address names one. */
  readonly pinned: string | null;
  readonly listen: (heard: (message: Incoming) => void) => () => void;
  /** Starts the simulation if need be. */
  readonly verbs: () => Promise<Verbs>;
  readonly wallMs: () => number;
  readonly warn: (text: string) => void;
}
export interface Frame {
  emit(event: EventName, detail: unknown): void;
  /** Tells the height; also before the handshake, for it is no secret. */
  resize(heightPx: number): void;
  released(): void;
  close(): void;
}
type Id = string | number | null;
class Refused extends Error {
  readonly code: number;
  constructor(code: number, message: string) { super(message); this.code = code; }
}

export function createFrame({ parent, pinned, listen, verbs, wallMs, warn }: FrameDeps): Frame {
  /** The origin that said hello; an opaque one can only be addressed by `*`. */
  let host: string | null = null;
  let tokens: number = RATE.burst, filledAt = wallMs(), refusals = 0;
  let warned = false;
  let readyDetail: object | null = null;
  const target = (origin: string): string => (origin === 'null' ? '*' : origin);
  const post = (message: object, origin: string): void => parent?.postMessage({ jsonrpc: '2.0', ...message }, target(origin));
  const answer = (id: Id | undefined, origin: string, body: { readonly result: unknown } | { readonly error: { readonly code: number; readonly message: string } }): void => {
    if (id === undefined) return;
    try { post({ id, ...body }, origin); } catch { post({ id, error: { code: ERRORS.failed, message: 'The answer could not be sent.' } }, origin); }
  };

  /** Is there room for one more message? What comes after the first refusals of a second is not even answered. */
  const spend = (): boolean => {
    const now = wallMs();
    tokens = Math.min(RATE.burst, tokens + ((now - filledAt) / 1000) * RATE.perSecond);
    if (tokens >= 1) refusals = 0;
    filledAt = now;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };

  const hello = (params: unknown, origin: string): object => {
    const version = isRecord(params) ? params.version : Array.isArray(params) ? params[0] : undefined;
    if (version !== PROTOCOL) throw new Refused(ERRORS.version, `This frame speaks version ${PROTOCOL}, not ${String(version).slice(0, 20)}.`);
    const first = host === null;
    host ??= origin;
    // Whoever comes late still hears that all is there, after the answer.
    if (first && readyDetail !== null) { const detail = readyDetail; queueMicrotask(() => queueMicrotask(() => emit('ready', detail))); }
    return { version: PROTOCOL, methods: Object.keys(METHODS) };
  };
  const call = async (method: string, params: unknown): Promise<unknown> => {
    if (!Object.hasOwn(METHODS, method)) throw new Refused(ERRORS.unknownMethod, `There is no method "${method.slice(0, 60)}". There are ${Object.keys(METHODS).join(', ')}.`);
    const names: readonly string[] = METHODS[method as Method];
    const args = argumentsOf(names, params);
    const ready = await verbs();
    return await (ready[method as Method] as (...values: unknown[]) => unknown)(...args) ?? null;
  };

  const heard = ({ source, origin, data }: Incoming): void => {
    if (parent === null || source !== parent || typeof data !== 'object' || data === null || (data as { jsonrpc?: unknown }).jsonrpc !== '2.0') return;
    if (origin !== (host ?? pinned ?? origin)) {
      if (!warned) warn(`A message from ${origin} was ignored: this embed talks to ${host ?? pinned} only.`);
      warned = true;
      return;
    }
    const given = (data as { id?: unknown }).id;
    const id: Id | undefined = typeof given === 'string' ? given.slice(0, 200) : typeof given === 'number' || given === null ? given : undefined;
    const refuse = (code: number, message: string): void => answer(id, origin, { error: { code, message } });
    if (!spend()) {
      if (refusals++ < RATE.burst) refuse(ERRORS.tooMany, `More than ${RATE.perSecond} messages a second.`);
      return;
    }
    const { plain, problem } = copyPlain(data, { size: MAX_MESSAGE, depth: MAX_DEPTH });
    if (problem !== undefined) { refuse(/too large/.test(problem.message) ? ERRORS.tooLarge : ERRORS.invalid, problem.message.replace('The document', 'The message')); return; }
    if (!isRecord(plain) || typeof plain.method !== 'string' || (given !== undefined && id === undefined)) {
      refuse(ERRORS.invalid, 'This is no JSON-RPC 2.0 request.');
      return;
    }
    const { method, params } = plain;
    if (method !== 'hello' && host === null) { refuse(ERRORS.noHello, 'Say hello first.'); return; }
    const done = method === 'hello' ? Promise.resolve().then(() => hello(params, origin)) : call(method, params);
    done.then((result) => answer(id, origin, { result }), (error: unknown) => refuse(error instanceof Refused ? error.code : ERRORS.failed, error instanceof Error ? error.message.slice(0, 2000) : 'It failed.'));
  };
  const stop = listen(heard);

  let second = -Infinity, sent = 0, skipped = 0;
  const emit = (event: EventName, detail: unknown): void => {
    if (event === 'ready') readyDetail = isRecord(detail) ? detail : {};
    if (host === null) return;
    const now = wallMs();
    if (now - second >= 1000) { second = now; sent = 0; }
    const frequent = event === 'note' || event === 'modechange';
    if (frequent && sent >= MAX_EVENTS_PER_SECOND) { skipped++; return; }
    sent++;
    post({ method: event, params: isRecord(detail) ? { ...detail, ...(skipped > 0 && { skipped }) } : { detail } }, host);
    skipped = 0;
  };
  post({ method: 'waiting', params: { version: PROTOCOL } }, pinned ?? '*');
  return {
    emit,
    resize: (heightPx) => post({ method: 'resize', params: { height: heightPx } }, host ?? pinned ?? '*'),
    released: () => { if (host !== null) post({ method: 'released', params: {} }, host); },
    close: stop,
  };
}

/** Arguments in the order of their names, from a list or an object. */
function argumentsOf(names: readonly string[], params: unknown): readonly unknown[] {
  if (params === undefined) return [];
  if (Array.isArray(params)) {
    if (params.length > names.length) throw new Refused(ERRORS.badParams, `It takes ${names.length === 0 ? 'no parameters' : names.join(', ')}.`);
    return params;
  }
  if (!isRecord(params)) throw new Refused(ERRORS.badParams, 'params must be a list or an object.');
  const strange = Object.keys(params).find((key) => !names.includes(key));
  if (strange !== undefined) throw new Refused(ERRORS.badParams, `It has no parameter "${strange.slice(0, 60)}". ${names.length === 0 ? 'It takes none.' : `It takes ${names.join(', ')}.`}`);
  return names.map((name) => params[name]);
}

/**
 * `<pattern-scope pattern="circuit-breaker">`: a frame that is made when it comes near the window, and a way to talk to it. It uses nothing
 * but the platform, runs no simulation in the host's page, and writes nothing into it outside its own shadow root.
 */
import { ADDRESS_ATTRIBUTES, EVENTS, HEIGHT, METHODS, PROTOCOL, type Look, type Method } from './contract.ts';

type Waiting = { readonly resolve: (value: never) => void; readonly reject: (error: Error) => void };
type Call = readonly [method: string, params: readonly unknown[], waiting: Waiting];

const OWN = ['pattern', 'state', 'height', 'poster', 'label', 'loading', 'base', 'sandbox'] as const;
const FLAGS: readonly string[] = ['autoplay', 'loop', 'readonly'];
/** What can change without loading the frame anew. */
const LOOKS: readonly string[] = ['theme', 'accent', 'panels', 'controls', 'readonly'];
const NEAR = '300px';
/** A frame that has not answered by then is not ours, or could not load. */
const ANSWERS_WITHIN_MS = 30_000;
const STYLE = `:host{display:block;position:relative;min-height:var(--pattern-scope-min-height,120px);contain:layout}
:host([hidden]){display:none}
iframe{display:block;width:100%;border:0;color-scheme:normal}
button{display:block;position:relative;width:100%;padding:0;border:1px solid #8888;border-radius:10px;background:none;font:inherit;color:inherit;cursor:pointer;overflow:hidden}
img{display:block;width:100%;height:auto;aspect-ratio:16/9}
span{position:absolute;inset:auto 0 0;padding:.6em;background:#000b;color:#fff;font-size:.95em}
button:focus-visible{outline:3px solid;outline-offset:2px}`;

const scriptBase = import.meta.url.replace(/(src\/embed\/)?[^/]*$/, '');
/** Says the theme of the host's page in words of the frame: by the marks that documentation sites set, else by its colour scheme. */
function hostTheme(): 'auto' | 'light' | 'dark' {
  for (const element of [document.documentElement, document.body]) {
    if (element === null) continue;
    const { theme, colorMode, mdColorScheme, bsTheme } = element.dataset;
    const said = theme ?? colorMode ?? mdColorScheme ?? bsTheme ?? '';
    if (/^(dark|slate|night)/.test(said) || element.classList.contains('dark')) return 'dark';
    if (/^(light|default|day)/.test(said) || element.classList.contains('light')) return 'light';
    const { colorScheme } = getComputedStyle(element);
    if (colorScheme === 'dark' || colorScheme === 'light') return colorScheme;
  }
  return 'auto';
}

export class PatternScope extends HTMLElement {
  static readonly observedAttributes = [...ADDRESS_ATTRIBUTES, ...OWN];
  /** Resolves when the simulation is there; rejects when the element goes before. */
  ready!: Promise<unknown>;
  private settle!: Waiting;
  private frame: HTMLIFrameElement | null = null;
  private origin = '*';
  private talking = false;
  private booted = false;
  private calls: Call[] = [];
  private readonly waiting = new Map<number, Waiting>();
  private serial = 0;
  private readonly shadow: ShadowRoot;
  private undo: (() => void)[] = [];
  private reloading = false;

  constructor() {
    super();
    this.shadow = this.attachShadow({ mode: 'open' });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    this.shadow.adoptedStyleSheets = [sheet];
    this.promise();
  }
  private promise(): void {
    this.ready = new Promise((resolve, reject) => { this.settle = { resolve: resolve as (value: never) => void, reject }; });
    this.ready.catch(() => undefined);
  }
  /** Where the site is, with a slash at its end. */
  get base(): string { return new URL(this.getAttribute('base') ?? scriptBase, document.baseURI).href.replace(/\/*$/, '/'); }
  set base(value: string) { this.setAttribute('base', value); }
  get active(): boolean { return this.frame !== null; }

  connectedCallback(): void {
    const listen = (event: MessageEvent) => this.hear(event);
    addEventListener('message', listen);
    const attributes = new MutationObserver((changes) => { if (changes.some(({ attributeName }) => attributeName?.startsWith('param-'))) this.reload(); });
    attributes.observe(this, { attributes: true });
    const follow = (): void => { if (this.booted && (this.getAttribute('theme') ?? 'auto') === 'auto') void this.request('show', [{ theme: hostTheme() }]).catch(() => undefined); };
    const theme = new MutationObserver(follow);
    for (const element of [document.documentElement, document.body]) theme.observe(element, { attributes: true, attributeFilter: ['class', 'data-theme', 'data-color-mode', 'data-md-color-scheme', 'data-bs-theme', 'style'] });
    this.undo = [() => removeEventListener('message', listen), () => attributes.disconnect(), () => theme.disconnect()];
    this.offer();
  }
  disconnectedCallback(): void {
    for (const undo of this.undo) undo();
    this.undo = [];
    this.close('The element was taken out of its page.');
    this.shadow.replaceChildren();
  }
  attributeChangedCallback(name: string, before: string | null, now: string | null): void {
    if (before === now || !this.isConnected) return;
    if (name === 'label' && this.frame !== null) this.frame.title = this.accessibleName();
    else if (name === 'height') this.fit();
    else if (this.frame === null) this.offer();
    else if (name === 'speed' && now !== null) void this.request('setSpeed', [Number(now)]).catch(() => undefined);
    else if (name === 't' && now !== null) void this.request('seek', [now]).catch(() => undefined);
    else if (name === 'variant' && now !== null) void this.request('setVariant', [now]).catch(() => undefined);
    else if (LOOKS.includes(name) && now !== null) void this.request('show', [this.look(name, now)]).catch(() => undefined);
    else this.reload();
  }
  private look(name: string, value: string): Look {
    if (name === 'theme') return { theme: value === 'auto' ? hostTheme() : (value as 'light') };
    if (name === 'accent') return { accent: value };
    if (name === 'readonly') return { readOnly: value !== 'false' };
    return { [name]: value.split(/[\s,]+/) as never };
  }
  private accessibleName(): string { return this.getAttribute('label') ?? `Simulation: ${(this.getAttribute('pattern') ?? '').replaceAll('-', ' ')}`; }

  /** The still, until the frame takes its place. */
  private offer(): void {
    const loading = this.getAttribute('loading') ?? 'lazy';
    if (loading === 'eager') { this.activate(); return; }
    const picture = document.createElement('img');
    picture.alt = this.accessibleName();
    picture.part.add('poster');
    picture.loading = 'lazy';
    picture.src = this.getAttribute('poster') ?? `${this.base}stills/${encodeURIComponent(this.getAttribute('pattern') ?? '')}${hostTheme() === 'dark' ? '-dark' : ''}.svg`;
    const button = document.createElement('button');
    const words = document.createElement('span');
    words.textContent = '▶ Run the simulation';
    button.append(picture, words);
    button.addEventListener('click', () => { this.activate(); void this.request('play', []).catch(() => undefined); });
    this.shadow.replaceChildren(loading === 'click' ? button : picture);
    if (loading === 'click') return;
    const near = new IntersectionObserver((entries) => { if (entries.some(({ isIntersecting }) => isIntersecting)) this.activate(); }, { rootMargin: NEAR });
    near.observe(this);
    this.undo.push(() => near.disconnect());
  }

  /** Makes the frame now. */
  activate(): void {
    if (this.frame !== null || !this.isConnected) return;
    const base = this.base;
    const query = new URLSearchParams();
    for (const { name, value } of this.attributes) {
      if ((ADDRESS_ATTRIBUTES as readonly string[]).includes(name) || name.startsWith('param-')) query.set(name, FLAGS.includes(name) ? (value === 'false' ? '0' : '1') : value);
    }
    if ((query.get('theme') ?? 'auto') === 'auto') query.set('theme', hostTheme());
    if (!this.hasAttribute('height') || this.getAttribute('height') === 'auto') query.set('height', 'auto');
    const src = query.get('src');
    if (src !== null) query.set('src', new URL(src, document.baseURI).href);
    query.set('parent', location.origin);
    const state = this.getAttribute('state');
    if (state !== null) query.set('more', '1');
    // A frame of the page's own origin could reach into it: it gets an origin of its own.
    const foreign = new URL(base).origin !== location.origin;
    const sandbox = this.getAttribute('sandbox') ?? `allow-scripts allow-popups allow-popups-to-escape-sandbox allow-downloads${foreign ? ' allow-same-origin' : ''}`;
    this.origin = sandbox.split(/\s+/).includes('allow-same-origin') ? new URL(base).origin : 'null';
    const frame = document.createElement('iframe');
    frame.title = this.accessibleName();
    frame.setAttribute('sandbox', sandbox);
    frame.allow = 'fullscreen; clipboard-write';
    frame.referrerPolicy = 'strict-origin-when-cross-origin';
    frame.src = `${base}embed/${encodeURIComponent(this.getAttribute('pattern') ?? '')}/?${query}${state === null ? '' : `#s=${state}`}`;
    this.frame = frame;
    this.fit(this.offsetHeight);
    this.shadow.replaceChildren(frame);
  }
  private fit(height?: number): void {
    if (this.frame === null) return;
    const fixed = this.getAttribute('height') ?? 'auto';
    const value = fixed === 'auto' ? height : Number.parseFloat(fixed);
    if (value !== undefined && value > 0) this.frame.style.height = `${Math.max(HEIGHT.min, Math.min(HEIGHT.max, Math.ceil(value)))}px`;
  }
  private reload(): void {
    if (this.frame === null || this.reloading) return;
    this.reloading = true;
    queueMicrotask(() => {
      this.reloading = false;
      if (!this.isConnected || this.frame === null) return;
      this.close('The simulation was loaded anew.');
      this.activate();
    });
  }
  private close(why: string): void {
    this.frame = null;
    this.talking = this.booted = false;
    const error = new Error(why);
    for (const { reject } of this.waiting.values()) reject(error);
    for (const [, , { reject }] of this.calls) reject(error);
    this.waiting.clear();
    this.calls = [];
    this.settle.reject(error);
    this.promise();
  }

  private hear({ source, origin, data }: MessageEvent): void {
    const inner = this.frame?.contentWindow;
    if (inner === undefined || inner === null || source !== inner || origin !== this.origin || typeof data !== 'object' || data === null || data.jsonrpc !== '2.0') return;
    const { id, method, params, result, error } = data as { id?: number; method?: string; params?: Record<string, unknown>; result?: unknown; error?: { code: number; message: string } };
    if (method === undefined) {
      const waiting = this.waiting.get(id!);
      this.waiting.delete(id!);
      if (error === undefined) waiting?.resolve(result as never);
      else waiting?.reject(Object.assign(new Error(error.message), { code: error.code }));
    } else if (method === 'waiting') this.hello();
    else if (method === 'resize') this.fit(Number(params?.height));
    else if (method === 'released') { this.frame!.blur(); window.focus(); } else if ((EVENTS as readonly string[]).includes(method)) {
      if (method === 'ready') { this.booted = true; this.settle.resolve(params as never); }
      this.dispatchEvent(new CustomEvent(method, { detail: params, bubbles: true, composed: true }));
    }
  }
  private hello(): void {
    // The frame may have been loaded anew by itself: then it knows nothing of what it was asked before.
    this.talking = false;
    this.send('hello', [PROTOCOL], {
      resolve: () => { this.talking = true; for (const call of this.calls.splice(0)) this.send(...call); },
      reject: (error) => { this.settle.reject(error); for (const [, , { reject }] of this.calls.splice(0)) reject(error); },
    });
  }
  private send(method: string, params: readonly unknown[], waiting: Waiting): void {
    const id = ++this.serial;
    this.waiting.set(id, waiting);
    try {
      this.frame!.contentWindow!.postMessage({ jsonrpc: '2.0', id, method, params }, this.origin === 'null' ? '*' : this.origin);
    } catch (error) {
      this.waiting.delete(id);
      waiting.reject(error as Error);
    }
    if (method === 'hello') setTimeout(() => { if (this.waiting.delete(id)) waiting.reject(new Error('The frame did not answer.')); }, ANSWERS_WITHIN_MS);
  }
  /** Any method of the contract; waits until the frame can be talked to. */
  request(method: string, params: readonly unknown[] = []): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const waiting: Waiting = { resolve: resolve as (value: never) => void, reject };
      if (!this.isConnected) { reject(new Error('The element is in no page.')); return; }
      this.activate();
      if (this.talking) this.send(method, params, waiting);
      else this.calls.push([method, params, waiting]);
    });
  }
}

// Methods and properties stand on the prototype, one for each of the contract and each attribute.
for (const method of Object.keys(METHODS) as Method[]) {
  Object.defineProperty(PatternScope.prototype, method, { value(this: PatternScope, ...params: unknown[]) { return this.request(method, params); }, writable: true, configurable: true });
}
// `tour` is the method that says the steps.
const PROPERTIES: Readonly<Record<string, string>> = { readonly: 'readOnly', tour: 'tourFrom', lang: '', base: '' };
for (const name of PatternScope.observedAttributes) {
  const property = PROPERTIES[name] ?? name;
  if (property === '') continue;
  Object.defineProperty(PatternScope.prototype, property, {
    get(this: PatternScope) { return FLAGS.includes(name) ? this.hasAttribute(name) && this.getAttribute(name) !== 'false' : this.getAttribute(name); },
    set(this: PatternScope, value: unknown) {
      if (value === null || value === undefined || value === false) this.removeAttribute(name);
      else this.setAttribute(name, value === true ? '' : Array.isArray(value) ? value.join(',') : String(value));
    },
    configurable: true,
  });
}

/** Links of the article: `data-pattern-scope-run="seek 30s; play"`, for the element that `data-pattern-scope` names by id, else the nearest. */
export function followLinks(): void {
  document.addEventListener('click', (event) => {
    // Routers of documentation sites take every click first; a link that names commands is meant for us all the same.
    if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || !(event.target instanceof Element)) return;
    const link = event.target.closest<HTMLElement>('[data-pattern-scope-run]');
    if (link === null) return;
    const target = targetOf(link);
    if (target === null) return;
    event.preventDefault();
    target.scrollIntoView({ block: 'nearest' });
    target.request('run', [link.dataset.patternScopeRun ?? '']).catch((error: Error) => {
      target.dispatchEvent(new CustomEvent('error', { detail: { message: error.message }, bubbles: true, composed: true }));
    });
  });
}
function targetOf(link: HTMLElement): PatternScope | null {
  const id = link.dataset.patternScope;
  if (id !== undefined && id !== '') { const named = document.getElementById(id); return named instanceof PatternScope ? named : null; }
  for (let around: HTMLElement | null = link.parentElement; around !== null; around = around.parentElement) {
    const inside = around.querySelector('pattern-scope');
    if (inside instanceof PatternScope) return inside;
  }
  return null;
}

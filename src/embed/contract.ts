/**
 * The contract between a host page and an embedded simulation: JSON-RPC 2.0 over `postMessage`. The frame, the element, the copy dialog
 * and the tests read names and limits here; `public/pattern-scope.d.ts` publishes the types.
 *
 * Order of a conversation: the frame says `waiting`; the host says `hello` with the version it speaks; the frame answers and from then on
 * talks to that window of that origin alone. Requests before `hello` are refused.
 */

/** Version of the conversation. A frame answers a `hello` of another version with an error that names its own. */
export const PROTOCOL = 1;

/** Rough size in characters of the JSON of one message to the frame. */
export const MAX_MESSAGE = 64 * 1024;
/** Nesting of one message. */
export const MAX_DEPTH = 24;
/** Messages to the frame: so many at once, and so many a second in the long run. */
export const RATE = { burst: 100, perSecond: 50 } as const;
/** Events to the host, a second; notes beyond that are counted in `skipped` of the next one. */
export const MAX_EVENTS_PER_SECOND = 60;
/** Heights that a host gives its frame, in CSS px. */
export const HEIGHT = { min: 120, max: 4000 } as const;

/** Methods and the names of their parameters, in order: `params` may be a list or an object. */
export const METHODS = {
  open: ['what'],
  play: [],
  pause: [],
  seek: ['t'],
  step: ['by', 'direction'],
  runUntil: ['goal'],
  set: ['layer', 'param', 'value'],
  inject: ['fault'],
  snapshot: [],
  setVariant: ['variant'],
  setSpeed: ['speed'],
  control: ['layer', 'control'],
  tour: [],
  goTo: ['step'],
  link: [],
  still: [],
  show: ['look'],
  run: ['commands'],
} as const satisfies Readonly<Record<string, readonly string[]>>;
export type Method = keyof typeof METHODS;

/** What the frame tells of by itself. */
export const EVENTS = ['ready', 'note', 'modechange', 'step', 'ended', 'error'] as const;
export type EventName = (typeof EVENTS)[number];
/** And what it says about itself: before the handshake, about its height, and that Escape gave the focus back. */
export const SIGNALS = ['waiting', 'resize', 'released'] as const;

export const ERRORS = { invalid: -32_600, unknownMethod: -32_601, badParams: -32_602, failed: -32_000, version: -32_001, noHello: -32_002, tooLarge: -32_003, tooMany: -32_004 } as const;

export interface RpcRequest {
  readonly jsonrpc: '2.0';
  /** Left out: a notification, which gets no answer. */
  readonly id?: string | number | null;
  readonly method: string;
  readonly params?: readonly unknown[] | Readonly<Record<string, unknown>>;
}
export type RpcAnswer =
  | { readonly jsonrpc: '2.0'; readonly id: string | number | null; readonly result: unknown }
  | { readonly jsonrpc: '2.0'; readonly id: string | number | null; readonly error: { readonly code: number; readonly message: string } };

/** Parts of an embed that can be shown. */
export const PANELS = ['stage', 'timeline', 'controls', 'chart', 'machine', 'log', 'lesson', 'source', 'instruments', 'sequence'] as const;
export type Panel = (typeof PANELS)[number];
export const DEFAULT_PANELS: readonly Panel[] = ['stage', 'timeline'];
/** Buttons of an embed. `break`, `undo` and `variant` change the run, so a read-only embed has none of them. */
export const CONTROLS = ['play', 'restart', 'step', 'seek', 'speed', 'variant', 'break', 'undo', 'full'] as const;
export type Control = (typeof CONTROLS)[number];
export const DEFAULT_CONTROLS: readonly Control[] = ['play', 'restart', 'step', 'seek', 'speed', 'full'];
export const THEMES = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

/** What `step` tells the host: the step of the guided tour that is shown now. `step` counts from 0, as `tour` and `goTo` do. */
export interface StepDetail {
  readonly step: number;
  readonly of: number;
  readonly title: string;
  /** With its holes filled. */
  readonly text: string;
  readonly atMs: number;
  readonly scenario: string;
  readonly variant: string;
}

/** How an embed looks; every part may be left out. */
export interface Look {
  readonly theme?: Theme;
  /** `#rgb` or `#rrggbb`; it is moved towards ink or paper until it can be read. Null: our own. */
  readonly accent?: string | null;
  readonly panels?: readonly Panel[];
  readonly controls?: readonly Control[];
  readonly readOnly?: boolean;
}

/** Attributes of the element that are parameters of the frame's address under the same name. `param-…` comes on top. */
export const ADDRESS_ATTRIBUTES = ['scenario', 'variant', 'seed', 't', 'until', 'autoplay', 'loop', 'speed', 'panels', 'controls', 'readonly', 'tour', 'theme', 'accent', 'lang', 'src'] as const;

/** Types of everything about a pattern that is data: parameter schemas, scenarios, lessons, instruments. */
import type { Engine, Intervention, Json, LayerId, Law, Ms, NodeId } from './contract.ts';
import type { Distribution } from './distributions.ts';
import type { Fault } from './faults.ts';

export type Unit = 'ms' | 'count' | 'ratio' | 'percent' | 'perSecond' | 'factor' | 'bytes' | 'ppm' | 'none';
interface ParamBase {
  readonly label: string;
  /** One sentence: what it does and when to change it. */
  readonly help: string;
  /** Controls with the same group stand together. */
  readonly group?: string;
}
/** One declaration drives the control, the URL, validation, the test generator and embed attributes. */
export type Param =
  | (ParamBase & { readonly kind: 'number'; readonly unit: Unit; readonly min: number; readonly max: number; readonly initial: number;
      readonly integer?: boolean; readonly step?: number; readonly scale?: 'linear' | 'log';
      /** min itself is not allowed (an open interval). */ readonly aboveMin?: boolean })
  | (ParamBase & { readonly kind: 'choice'; readonly options: readonly string[]; readonly initial: string; readonly optionLabels?: Readonly<Record<string, string>> })
  | (ParamBase & { readonly kind: 'flag'; readonly initial: boolean })
  | (ParamBase & { readonly kind: 'duration'; readonly initial: Distribution })
  /** A list of numbers, e.g. arrival times or weights. */
  | (ParamBase & { readonly kind: 'numbers'; readonly unit: Unit; readonly min: number; readonly max: number; readonly initial: readonly number[]; readonly maxLength: number })
  /** Free structured data checked by the engine's own `check`; shown as a table or JSON. */
  | (ParamBase & { readonly kind: 'data'; readonly initial: Json; readonly shape: string });
export type Schema = Readonly<Record<string, Param>>;
export type ParamsOf<S extends Schema> = {
  readonly [K in keyof S]: S[K] extends { readonly kind: 'number' } ? number
    : S[K] extends { readonly kind: 'flag' } ? boolean
    : S[K] extends { readonly kind: 'duration' } ? Distribution
    : S[K] extends { readonly kind: 'numbers' } ? readonly number[]
    : S[K] extends { readonly kind: 'choice'; readonly options: readonly (infer V)[] } ? V
    : Json;
};
/** A relation between two parameters (or a parameter and a number). `warn` lets the run go on and says so. */
export interface Relation {
  readonly left: string;
  readonly must: 'atMost' | 'atLeast' | 'below' | 'above';
  readonly right: string | number;
  /** Holds only while every named parameter has the given value. */
  readonly when?: Readonly<Record<string, string | number | boolean>>;
  readonly level: 'refuse' | 'warn';
  readonly message: string;
}
/** What is wrong with a set of parameters. */
export interface ParamFault {
  /** Of the parameter, or a path into its data: `levels[1].rate`. */
  readonly path: string;
  readonly value: unknown;
  /** Completes "must be …". */
  readonly rule: string;
  /** The nearest legal value, where there is one. */
  readonly nearest?: unknown;
  readonly level: 'refuse' | 'warn';
  /** Why, as a sentence. */
  readonly message?: string;
}
/** Named settings, often those of a library. */
export interface Preset {
  readonly title: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** Where the values come from. */
  readonly source?: string;
}
/** What the page and validation know of an engine. */
export interface EngineStory {
  readonly title: string;
  readonly params: Schema;
  readonly relations?: readonly Relation[];
  /** What ranges and relations can't say: the inside of `data` parameters, sums, rules over three of them. Takes a full set of legal values. Pure, never throws. */
  readonly check?: (params: Readonly<Record<string, unknown>>) => readonly ParamFault[];
  readonly presets?: Readonly<Record<string, Preset>>;
  /** Buttons: name → label. They reach the engine's onControl. */
  readonly controls?: Readonly<Record<string, string>>;
  readonly notes: Readonly<Record<string, NoteStory>>;
  /** Which node-level view of the story's machine (machine.ts) belongs to this engine. */
  readonly machine?: string;
  /** 'layer': a policy on the way of calls, usable in any stack. 'app': an application that answers or makes calls. Default layer. */
  readonly place?: 'layer' | 'app';
  /** Where a layer belongs in the recommended order of a caller's stack, outermost first: RANK. Without it a layer may stand anywhere. */
  readonly rank?: number;
  /** What goes wrong when this layer stands inside (below) a layer of another engine of the same node. */
  readonly misplaced?: readonly Misplaced[];
}
/** A wrong order and what comes of it. */
export interface Misplaced {
  /** Engine that stands outside, e.g. `retry`. */
  readonly inside: string;
  /** What it causes, as a sentence. */
  readonly why: string;
  /** A note of this layer (`self`) or of the outer one that shows that it has happened; until then the order is only marked. */
  readonly shows: { readonly of: 'self' | 'outer'; readonly note: string };
}
/** The recommended order of a caller's stack, outermost first. */
export const RANK = { cache: 10, totalTimeout: 20, retry: 30, breaker: 40, rateLimit: 50, bulkhead: 60, hedging: 70, perTryTimeout: 80 } as const;
export interface NoteStory {
  /** A sentence with {data} holes: "opened: {failed} of {calls} calls failed". `{layer}`, `{node}` are always there. */
  readonly text: string;
  /** Too frequent for log, timeline marks and steps. Default false. */
  readonly quiet?: boolean;
  readonly tone?: 'calm' | 'good' | 'warn' | 'bad';
}

/** A layer of a node's stack in a scenario. `engine` is a role (client, service, store, cache, broker) or `pattern-id` or `pattern-id/name`. */
export interface LayerSpec {
  readonly id: LayerId;
  readonly engine: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly preset?: string;
  readonly to?: readonly NodeId[];
}
export interface NodeSpec {
  readonly id: NodeId;
  readonly title?: string;
  /** Glyph of the card. */
  readonly role: 'client' | 'gateway' | 'service' | 'store' | 'cache' | 'broker' | 'external';
  /** Outermost first: inbound policies, the application, outbound policies. */
  readonly stack: readonly LayerSpec[];
}
export interface LinkSpec {
  readonly from: NodeId;
  readonly to: NodeId;
  readonly latency: Distribution;
}
export interface Variant {
  readonly title: string;
  /** 'without' is the baseline; 'pitfall' breaks something on purpose; 'fixed' mends it. */
  readonly kind: 'without' | 'with' | 'pitfall' | 'fixed';
  /** One sentence: what to watch. */
  readonly summary: string;
  /** Whole stacks by node, replacing those of the scenario. */
  readonly stacks?: Readonly<Record<NodeId, readonly LayerSpec[]>>;
  /** Parameters by layer. */
  readonly params?: Readonly<Record<LayerId, Readonly<Record<string, unknown>>>>;
  /** Presets by layer, applied before `params`. */
  readonly presets?: Readonly<Record<LayerId, string>>;
  readonly faults?: readonly Fault[];
}
/** A number the scenario is about, measured in its window. */
export interface Headline {
  readonly label: string;
  /** Name of a metric of the summary, e.g. `browse.goodputPerSecond`, `gateway>payments.requests`, `breaker.note.opened`. */
  readonly metric: string;
  readonly unit: Unit;
  readonly better: 'higher' | 'lower';
}
/** In `metric`, `better` beats `worse` by at least `factor` (a ratio above 1). */
export interface Claim {
  readonly metric: string;
  readonly better: string;
  readonly worse: string;
  readonly wants: 'higher' | 'lower';
  readonly factor: number;
}
export interface Scenario {
  readonly title: string;
  /** One sentence on the first screen: what to watch. */
  readonly summary: string;
  readonly seed: number;
  readonly durationMs: Ms;
  /** The window of the headline numbers, and its name ("while payments hangs"). */
  readonly measure: { readonly fromMs: Ms; readonly untilMs: Ms; readonly label: string };
  /** Where the page opens. Default 0. */
  readonly openAtMs?: Ms;
  /** Playback speed on opening. Default 1. */
  readonly speed?: number;
  readonly nodes: readonly NodeSpec[];
  readonly links: readonly LinkSpec[];
  readonly faults: readonly Fault[];
  readonly interventions?: readonly Intervention[];
  readonly headlines: readonly Headline[];
  /** What the scenario shows, in numbers; each claim is tested over many seeds. At least one. */
  readonly claims: readonly Claim[];
  /** The first is shown on opening. At least a `without` and a `with`. */
  readonly variants: Readonly<Record<string, Variant>>;
  readonly opensWith: string;
}
/** A number that a caption states: `metric` lies between `above` and `below` (both excluded, either may be left out). */
export interface BeatFact {
  /** A sampled series (its mean over the last second before the beat's moment), else a figure of the summary of the whole run. */
  readonly metric: string;
  readonly above?: number;
  readonly below?: number;
}
/**
 * A step of the guided tour that the page, the embed and the recorder play alike; 5 to 9 make a tour. A beat waits for a note, not for a time, so a
 * tour survives a change of parameters.
 */
export interface Beat {
  readonly when: { readonly note: string; readonly layer?: LayerId } | 'start' | 'end' | { readonly fault: number; readonly edge: 'start' | 'end' };
  readonly title: string;
  /** May hold {metric} holes of the note's data. */
  readonly text: string;
  readonly focus?: NodeId;
  /** A thing to try now. */
  readonly invite?: string;
  /** A new chapter: from this beat on the tour is about another run. */
  readonly act?: { readonly scenario?: string; readonly variant?: string };
  /** What the text states in numbers; tests hold it to them. */
  readonly shows?: readonly BeatFact[];
  /** For whoever presents it. */
  readonly aside?: string;
}
/** A panel that draws a view of a layer's inspection. Kinds are the view's business; an unknown kind shows as a table. */
export interface Instrument {
  readonly kind: string;
  readonly title: string;
  readonly layer: LayerId;
  readonly view: string;
  readonly help: string;
}
export interface Chart {
  readonly title: string;
  readonly unit: Unit;
  /** Names of sample series, with labels. */
  readonly series: readonly { readonly name: string; readonly label: string }[];
}
export interface Story {
  /** Engine name → what is known of it. The main engine has the pattern's own name. */
  readonly engines: Readonly<Record<string, EngineStory>>;
  readonly scenarios: Readonly<Record<string, Scenario>>;
  readonly opensWith: string;
  readonly lesson: readonly Beat[];
  readonly instruments: readonly Instrument[];
  readonly charts: readonly Chart[];
  /** What is simulated and what is left out, in sentences. */
  readonly fidelity: { readonly simulated: readonly string[]; readonly leftOut: readonly string[] };
  readonly problem: string;
  readonly sources: readonly { readonly title: string; readonly detail: string }[];
  /** Pitfalls with their fix, for the reader. */
  readonly pitfalls: readonly { readonly title: string; readonly text: string; readonly scenario: string; readonly variant: string; readonly fixed: string }[];
  /** Settings text for real libraries, made from the tuned parameters: {param} holes. */
  readonly settings?: readonly { readonly library: string; readonly language: string; readonly template: string; readonly caveat?: string }[];
}
export const defineStory = <const S extends Story>(story: S): S => story;

export interface PatternEngines {
  /** Engine name → engine. */
  readonly engines: Readonly<Record<string, Engine>>;
  readonly laws?: readonly Law[];
}
/** What the gallery shows before anything heavy is loaded, and how to load the rest. */
export interface Card {
  readonly id: string;
  readonly number: number;
  readonly title: string;
  readonly family: 'resilience' | 'traffic' | 'data' | 'transactions' | 'messaging' | 'structure' | 'delivery' | 'observability' | 'coordination';
  readonly summary: string;
  readonly keywords: readonly string[];
  story(): Promise<Story>;
  /** What is known of each engine, the `engines` of the story: all that is needed where another pattern's scenario has one as a guest. */
  engineStories(): Promise<Story['engines']>;
  engines(): Promise<PatternEngines>;
  /** XState machines by name, so that the page can draw them without knowing the pattern. */
  machines?(): Promise<Readonly<Record<string, unknown>>>;
  /** The engine's source text, for reading. */
  source?(): Promise<string>;
}

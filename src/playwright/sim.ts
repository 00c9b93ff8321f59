/** The verbs of `window.patternscope`, from outside the page. */
import type { Frame, JSHandle, Page } from '@playwright/test';
import type { Change, Driver, Goal, Snapshot, TourStep } from '../entry/driverTypes.ts';
import type { FilmAsked, FilmRange } from '../film/options.ts';
import type { Film } from '../film/record.ts';
import type { Fault } from '../kernel/faults.ts';
import type { Json } from '../kernel/contract.ts';
import type { StepUnit } from '../protocol/messages.ts';
import type { Branch, MoveRow, NoteRow } from '../session/types.ts';
import { SimPage } from './pages.ts';

/** A page or a frame of it in which a simulation runs. */
export type Place = Page | Frame;
type Figures = Readonly<Record<string, number>>;

/** A simulation in a page. Every verb resolves when what it did has been painted; a refusal rejects with its reason. */
export class Sim {
  readonly place: Place;
  /** The parts of the page by role and test id. */
  readonly parts: SimPage;

  constructor(place: Place) {
    this.place = place;
    this.parts = new SimPage(place);
  }
  /** Goes to an address under `baseURL` (`?p=retry&t=3s`), and waits until it can be driven. */
  async goto(query = ''): Promise<void> {
    await this.place.goto(`./${query}`);
    await this.ready();
  }
  async ready(): Promise<void> {
    await this.place.waitForFunction(() => 'patternscope' in window);
    await this.place.evaluate(() => window.patternscope.ready);
  }
  /** Opens `pattern`, `pattern/scenario`, `pattern/scenario/variant`, or a run document; the page is loaded first if it shows something else. */
  async open(what: string | object): Promise<Snapshot> {
    if (!(await this.place.evaluate(() => 'patternscope' in window))) await this.goto();
    await this.ready();
    return this.call('open', what);
  }
  computed(): Promise<void> { return this.call('computed'); }
  play(): Promise<void> { return this.call('play'); }
  pause(): Promise<Snapshot> { return this.call('pause'); }
  seek(t: number): Promise<Snapshot> { return this.call('seek', t); }
  step(by: StepUnit['unit'] | StepUnit = 'event', direction: 1 | -1 = 1): Promise<number | null> { return this.call('step', by, direction); }
  /** Resolves at the first moment at which the goal holds; rejects with what was seen instead. */
  runUntil(goal: Goal): Promise<Snapshot> { return this.call('runUntil', goal); }
  set(layer: string, param: string, value: Json): Promise<Snapshot> { return this.call('set', layer, param, value); }
  inject(fault: Fault): Promise<Snapshot> { return this.call('inject', fault); }
  control(layer: string, control: string): Promise<Snapshot> { return this.call('control', layer, control); }
  setVariant(variant: string): Promise<Snapshot> { return this.call('setVariant', variant); }
  setSpeed(speed: number): Promise<void> { return this.call('setSpeed', speed); }
  fork(change: Change): Promise<Branch> { return this.call('fork', change); }
  branches(): Promise<readonly Branch[]> { return this.call('branches'); }
  switchBranch(id: number): Promise<Snapshot> { return this.call('switchBranch', id); }
  /** Figures of the run that is then shown beside; null ends the comparison. */
  compare(what: { readonly variant: string } | object | null): Promise<Figures | null> { return this.call('compare', what); }
  snapshot(): Promise<Snapshot> { return this.call('snapshot'); }
  notes(): Promise<readonly NoteRow[]> { return this.call('notes'); }
  transitions(): Promise<readonly MoveRow[]> { return this.call('transitions'); }
  metrics(): Promise<Figures> { return this.call('metrics'); }
  fingerprint(): Promise<string> { return this.call('fingerprint'); }
  broken(): Promise<readonly string[]> { return this.call('broken'); }
  follow(root: number): Promise<void> { return this.call('follow', root); }
  tour(): Promise<readonly TourStep[]> { return this.call('tour'); }
  goTo(step: number): Promise<Snapshot> { return this.call('goTo', step); }
  link(): Promise<string> { return this.call('link'); }
  /** A film to record from; see docs/driver.md. */
  film(asked?: FilmAsked, range?: FilmRange): Promise<JSHandle<Film>> {
    return this.place.evaluateHandle(([how, part]) => window.patternscope.film(how, part), [asked, range] as const);
  }
  private async call<V extends Verb>(verb: V, ...args: unknown[]): Promise<Awaited<ReturnType<Driver[V]>>> {
    try {
      return await this.place.evaluate(([name, given]) => (window.patternscope[name] as (...values: unknown[]) => unknown)(...given), [verb, args] as const) as Awaited<ReturnType<Driver[V]>>;
    } catch (error) {
      // The page's own words, without the stack of the page.
      const words = /Error: ([\s\S]*?)(?:\n\s+at |$)/.exec(error instanceof Error ? error.message : String(error))?.[1];
      throw new Error(`${verb}: ${words ?? String(error)}`, { cause: error });
    }
  }
}
type Verb = { [K in keyof Driver]: Driver[K] extends (...args: never[]) => unknown ? K : never }[keyof Driver];

/** The simulation of an embed: `simIn(page, 'pattern-scope')` finds the frame in the element, `simIn(page, 'iframe')` a plain frame. */
export async function simIn(page: Page, selector: string): Promise<Sim> {
  const element = page.locator(selector).first();
  await element.waitFor({ state: 'attached' });
  const isFrame = await element.evaluate((it) => it instanceof HTMLIFrameElement);
  const holder = isFrame ? element : element.locator('iframe').first();
  const frame = await (await holder.elementHandle())!.contentFrame();
  if (frame === null) throw new Error(`${selector} holds no frame.`);
  const sim = new Sim(frame);
  await sim.ready();
  return sim;
}

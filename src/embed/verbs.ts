/** What a host can make an embed do. The verbs are the driver's own: what works in a test works from an article. */
import type { Driver } from '../entry/driver.ts';
import type { Look, Method } from './contract.ts';

type OfDriver = Pick<Driver, 'open' | 'play' | 'pause' | 'step' | 'runUntil' | 'set' | 'inject' | 'snapshot' | 'setVariant' | 'setSpeed' | 'control' | 'link' | 'tour' | 'goTo'>;
export interface Verbs extends OfDriver {
  /** Milliseconds, or a text such as `30s`. */
  seek(t: number | string): ReturnType<Driver['seek']>;
  /** The shown moment as an SVG picture. */
  still(): Promise<string>;
  /** Changes how the embed looks. */
  show(look: Look): void;
  /** Carries out commands of an article: `seek 30s; inject crash payments`. */
  run(commands: string): Promise<void>;
}
type Missing = Exclude<Method, keyof Verbs>;
/** Every method of the contract is a verb. */
export const complete: Missing extends never ? true : never = true;

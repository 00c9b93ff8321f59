/**
 * The little language of links in an article: `data-pattern-scope-run="seek 30s; inject crash payments for 10s; play"`. Commands are
 * separated by semicolons and carried out one after the other.
 */
import type { Json } from '../kernel/contract.ts';
import type { Fault } from '../kernel/faults.ts';
import { parseNumber, parseTime } from '../runs/link-numbers.ts';
import type { Verbs } from './verbs.ts';

export type Command =
  | { readonly do: 'play' | 'pause' | 'restart' }
  | { readonly do: 'seek'; readonly t: number }
  | { readonly do: 'step'; readonly by: 'event' | 'note' | 'transition'; readonly direction: 1 | -1 }
  | { readonly do: 'until'; readonly goal: Parameters<Verbs['runUntil']>[0] }
  | { readonly do: 'set'; readonly layer: string; readonly param: string; readonly value: Json }
  | { readonly do: 'speed'; readonly speed: number }
  | { readonly do: 'variant' | 'open'; readonly name: string }
  /** From 1, as it is shown. */
  | { readonly do: 'tour'; readonly step: number }
  | { readonly do: 'press'; readonly layer: string; readonly control: string }
  | { readonly do: 'inject'; readonly make: (atMs: number) => Fault };

/** Longest text, and most commands in it. */
const MAX_TEXT = 2000, MAX_COMMANDS = 20;
const FOR_MS = 10_000;
const HELP = 'play, pause, restart, seek 30s, step note back, until note opened, until mode open, set breaker.name 5, speed 4, variant without, press breaker trip, tour 3, inject crash payments for 10s';

/** Reads commands; throws with what is wrong. */
export function parseCommands(text: string): readonly Command[] {
  if (text.length > MAX_TEXT) throw new Error(`The commands are longer than ${MAX_TEXT} characters.`);
  const parts = text.split(';').map((part) => part.trim()).filter((part) => part !== '');
  if (parts.length > MAX_COMMANDS) throw new Error(`There are more than ${MAX_COMMANDS} commands.`);
  return parts.map(parseCommand);
}
function parseCommand(text: string): Command {
  const [verb = '', ...rest] = text.split(/\s+/);
  const no = (what: string): never => { throw new Error(`"${text}": ${what}.`); };
  const word = (what: string): string => rest.shift() ?? no(`say ${what}`);
  const time = (): number => { const given = word('when, such as 30s'); return parseTime(given) ?? no(`${given} is no time such as 30s or 1500ms`); };
  const end = <T extends Command>(command: T): T => (rest.length > 0 ? no(`"${rest.join(' ')}" is not understood`) : command);
  switch (verb) {
    case 'play': case 'pause': case 'restart': return end({ do: verb });
    case 'seek': return end({ do: 'seek', t: time() });
    case 'step': {
      const by = rest[0] === 'event' || rest[0] === 'note' || rest[0] === 'transition' ? (rest.shift() as 'event') : 'event';
      const direction = rest[0] === 'back' ? -1 : 1;
      if (direction === -1) rest.shift();
      return end({ do: 'step', by, direction });
    }
    case 'until': {
      const kind = word('until what: a time, note, mode or invariant');
      if (kind === 'invariant') return end({ do: 'until', goal: { invariant: true } });
      if (kind !== 'note' && kind !== 'mode') { const t = parseTime(kind); return end({ do: 'until', goal: { t: t ?? no(`${kind} is no time, note, mode or invariant`) } }); }
      const name = word(`which ${kind}`);
      const layer = rest[0] === 'of' ? (rest.shift(), word('of which layer')) : undefined;
      return end({ do: 'until', goal: { ...(kind === 'note' ? { note: name } : { mode: name }), ...(layer !== undefined && { layer }) } });
    }
    case 'set': {
      const [layer = '', param] = word('which layer.parameter').split('.');
      const value = rest.splice(0).join(' ');
      if (param === undefined || value === '') return no('write set layer.parameter value');
      return { do: 'set', layer, param, value: valueOf(value) };
    }
    case 'speed': { const given = word('how fast').replace(/[x×]$/, ''); return end({ do: 'speed', speed: parseNumber(given) ?? no(`${given} is no number`) }); }
    case 'variant': case 'open': return end({ do: verb, name: word('its name') });
    case 'tour': {
      const given = rest.shift() ?? '1', step = parseNumber(given);
      return end({ do: 'tour', step: step !== undefined && Number.isInteger(step) && step >= 1 ? step : no(`${given} is no step of a tour; they count from 1`) });
    }
    case 'press': return end({ do: 'press', layer: word('of which layer'), control: word('which button') });
    case 'inject': return { do: 'inject', make: parseFault(rest, no, word) };
    default: return no(`there is no command "${verb}"; there are: ${HELP}`);
  }
}
function valueOf(text: string): Json {
  if (text === 'true' || text === 'false') return text === 'true';
  const number = parseNumber(text) ?? (/\d(ms|s)$/.test(text) ? parseTime(text) : undefined);
  if (number !== undefined) return number;
  if (/^[[{]/.test(text)) try { return JSON.parse(text) as Json; } catch { /* a text, then */ }
  return text;
}

/** `crash payments`, `errors catalog 30% for 20s`, `slow catalog x4`, `latency gateway>catalog x5`, `cut gateway>catalog at 40s`. */
function parseFault(rest: string[], no: (what: string) => never, word: (what: string) => string): (atMs: number) => Fault {
  const kind = word('what: crash, pause, hang, errors, slow, clock, latency, drop, duplicate, reorder, cut');
  const whom = word('whom: a node, or from>to');
  let forMs: number | undefined = FOR_MS, at: number | undefined, strength: number | undefined;
  while (rest.length > 0) {
    const next = rest.shift()!;
    if (next === 'for' && rest[0] === 'ever') { rest.shift(); forMs = undefined; } else if (next === 'for') forMs = parseTime(word('for how long')) ?? no('after "for" comes a time');
    else if (next === 'at') at = parseTime(word('at what time')) ?? no('after "at" comes a time');
    else {
      const given = /^(?:x|×)?([\d.]+)%?$/.exec(next);
      const number = parseNumber(given?.[1] ?? '') ?? parseTime(next.replace(/^\+/, ''));
      if (number === undefined) no(`"${next}" is not understood`);
      strength = next.endsWith('%') ? number! / 100 : number;
    }
  }
  const [from = '', to] = whom.split('>');
  const link = to === undefined ? undefined : { from, to };
  const node = link === undefined ? { node: from } : undefined;
  const onNode = () => node ?? no(`${kind} strikes a node`);
  const onLink = () => link ?? no(`${kind} strikes a link: from>to`);
  const ratio = strength ?? 0.3, factor = strength ?? 4;
  const body = ((): Record<string, unknown> => {
    switch (kind) {
      case 'crash': case 'pause': case 'hang': return { kind, ...onNode() };
      case 'errors': return { kind, ...onNode(), ratio };
      case 'slow': return { kind, ...onNode(), factor };
      case 'clock': return { kind, ...onNode(), offsetMs: strength ?? 2000 };
      case 'latency': return { kind, ...onLink(), factor: strength ?? 5 };
      case 'drop': case 'dropRequests': return { kind: 'dropRequests', ...onLink(), ratio };
      case 'dropReplies': case 'dropMessages': return { kind, ...onLink(), ratio };
      case 'duplicate': return { kind, ...onLink(), ratio, lagMs: 200 };
      case 'reorder': return { kind, ...onLink(), ratio, lagMs: 500 };
      case 'cut': { const ends = onLink(); return { kind: 'partition', groupA: [ends.from], groupB: [ends.to] }; }
      default: return no(`there is no fault "${kind}"`);
    }
  })();
  return (nowMs) => {
    const fromMs = Math.floor(at ?? nowMs);
    return { ...body, fromMs, ...(forMs !== undefined && { untilMs: fromMs + forMs }) } as unknown as Fault;
  };
}

/** Carries commands out in order; the first that fails ends it. */
export async function runCommands(text: string, verbs: Omit<Verbs, 'run'>, durationMs: () => number): Promise<void> {
  for (const command of parseCommands(text)) {
    switch (command.do) {
      case 'play': await verbs.play(); break;
      case 'pause': await verbs.pause(); break;
      case 'restart': await verbs.pause(); await verbs.seek(0); break;
      case 'seek': await verbs.seek(command.t); break;
      case 'step': await verbs.step(command.by, command.direction); break;
      case 'until': await verbs.runUntil(command.goal); break;
      case 'set': await verbs.set(command.layer, command.param, command.value); break;
      case 'speed': verbs.setSpeed(command.speed); break;
      case 'variant': await verbs.setVariant(command.name); break;
      case 'open': await verbs.open(command.name); break;
      case 'tour': {
        const { length } = verbs.tour();
        if (command.step > length) throw new Error(`"tour ${command.step}": the tour has steps 1 to ${length}.`);
        await verbs.goTo(command.step - 1);
        break;
      }
      case 'press': await verbs.control(command.layer, command.control); break;
      case 'inject': {
        const fault = command.make((await verbs.snapshot()).atMs);
        await verbs.inject('untilMs' in fault && fault.untilMs !== undefined ? { ...fault, untilMs: Math.min(fault.untilMs, durationMs()) } : fault);
        break;
      }
    }
  }
}

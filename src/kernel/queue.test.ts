import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CLASS, createQueue, kill, peekNs, pop, push, release, type EventClass, type EventQueue } from './queue.ts';

/** Takes everything out, as the world does. */
function drain(q: EventQueue): unknown[] {
  const out: unknown[] = [];
  while (peekNs(q) < Infinity) {
    const slot = pop(q);
    out.push(q.payload[slot]);
    release(q, slot);
  }
  return out;
}

describe('order', () => {
  test('earlier comes first', () => {
    const q = createQueue();
    for (const at of [30, 10, 20]) push(q, 0, at, CLASS.timer, 1, 0, at);
    expect(drain(q)).toEqual([10, 20, 30]);
  });

  test('of one instant a person comes first, then completions, timers, arrivals and samples', () => {
    const q = createQueue();
    const classes = Object.keys(CLASS).reverse() as (keyof typeof CLASS)[];
    for (const name of classes) push(q, 0, 5, CLASS[name], 1, 0, name);
    expect(drain(q)).toEqual(['control', 'completion', 'timer', 'arrival', 'sampling']);
  });

  test('of one instant and class the one that was added first comes first', () => {
    const q = createQueue();
    for (let i = 0; i < 50; i++) push(q, 0, 5, CLASS.arrival, 1, 0, i);
    expect(drain(q)).toEqual(Array.from({ length: 50 }, (_, i) => i));
  });

  test('the order within a class survives 2^40 events before', () => {
    const q = createQueue();
    q.sequence = 2 ** 40;
    push(q, 0, 5, CLASS.timer, 1, 0, 'timer');
    push(q, 0, 5, CLASS.arrival, 1, 0, 'arrival');
    push(q, 0, 5, CLASS.timer, 1, 0, 'next timer');
    push(q, 0, 5, CLASS.completion, 1, 0, 'completion');
    expect(drain(q)).toEqual(['completion', 'timer', 'next timer', 'arrival']);
  });
});

describe('what is refused', () => {
  test.each([['NaN', NaN], ['a fraction', 10.5], ['the past', 9], ['Infinity', Infinity], ['more than a double counts', 2 ** 53], ['a negative time', -1]])('%s', (_, at) => {
    const q = createQueue();
    expect(() => push(q, 10, at, CLASS.timer, 1, 0, null)).toThrow(`an event at ${at} ns was asked for at 10 ns`);
    expect(q.live).toBe(0);
    expect(peekNs(q)).toBe(Infinity);
  });

  test('now itself is allowed, and so is the last nanosecond', () => {
    const q = createQueue();
    push(q, 10, Number.MAX_SAFE_INTEGER, CLASS.timer, 1, 0, 'last');
    push(q, 10, 10, CLASS.timer, 1, 0, 'now');
    expect(drain(q)).toEqual(['now', 'last']);
  });
});

describe('killing', () => {
  test('a killed event never comes and is not counted', () => {
    const q = createQueue();
    push(q, 0, 1, CLASS.timer, 1, 0, 'a');
    const b = push(q, 0, 2, CLASS.timer, 1, 0, 'b');
    push(q, 0, 3, CLASS.timer, 1, 0, 'c');
    kill(q, b);
    expect(q.live).toBe(2);
    expect(drain(q)).toEqual(['a', 'c']);
    expect(q.live).toBe(0);
  });

  test('a killed event holds on to nothing, and killing it again changes nothing', () => {
    const q = createQueue();
    const slot = push(q, 0, 1, CLASS.timer, 1, 0, { big: true });
    kill(q, slot);
    kill(q, slot);
    expect(q.payload[slot]).toBeNull();
    expect(q.live).toBe(0);
  });

  test('the next time is that of the next living event', () => {
    const q = createQueue();
    kill(q, push(q, 0, 1, CLASS.timer, 1, 0, null));
    push(q, 0, 7, CLASS.timer, 1, 0, null);
    expect(peekNs(q)).toBe(7);
  });

  test('slots are used again, so a queue that is emptied as fast as it is filled never grows', () => {
    const q = createQueue(4);
    for (let i = 0; i < 1000; i++) {
      push(q, i, i, CLASS.timer, 1, 0, null);
      kill(q, push(q, i, i + 1, CLASS.timer, 1, 0, null));
      drain(q);
    }
    expect(q.kind.length).toBe(4);
  });
});

test('a queue grows over its first capacity and loses nothing', () => {
  const q = createQueue(2);
  for (let i = 999; i >= 0; i--) push(q, 0, i, CLASS.timer, 1, 0, i);
  expect(drain(q)).toEqual(Array.from({ length: 1000 }, (_, i) => i));
});

/** The same by sorting a list. */
interface Entry { at: number; cls: number; sequence: number; id: number }
type Step = { do: 'push'; afterNs: number; cls: EventClass } | { do: 'pop' } | { do: 'kill'; which: number };
const steps: fc.Arbitrary<Step[]> = fc.array(fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('push' as const), afterNs: fc.nat(6), cls: fc.constantFrom<EventClass>(0, 1, 2, 3, 4) }) },
  { weight: 2, arbitrary: fc.constant({ do: 'pop' as const }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('kill' as const), which: fc.nat(50) }) },
), { maxLength: 300, size: 'max' });

test('the queue is a sorted list, whatever is added, taken and killed', () => {
  fc.assert(fc.property(steps, (script) => {
    const q = createQueue(2);
    const list: Entry[] = [];
    const slots = new Map<number, number>();
    let nowNs = 0, sequence = 0;
    for (const step of script) {
      list.sort((a, b) => a.at - b.at || a.cls - b.cls || a.sequence - b.sequence);
      if (step.do === 'push') {
        const id = sequence;
        slots.set(id, push(q, nowNs, nowNs + step.afterNs, step.cls, 1, 0, id));
        list.push({ at: nowNs + step.afterNs, cls: step.cls, sequence: sequence++, id });
      } else if (step.do === 'kill') {
        const victim = list[step.which];
        if (victim === undefined) continue;
        kill(q, slots.get(victim.id)!);
        list.splice(step.which, 1);
      } else {
        expect(peekNs(q)).toBe(list[0]?.at ?? Infinity);
        if (list.length === 0) continue;
        const slot = pop(q);
        const { at, id } = list.shift()!;
        expect(q.payload[slot]).toBe(id);
        release(q, slot);
        nowNs = at;
      }
      expect(q.live).toBe(list.length);
    }
  }), { numRuns: 300 });
});

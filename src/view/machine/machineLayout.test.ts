import { setup } from 'xstate';
import { describe, expect, test } from 'vitest';
import { machineLayout } from './machineLayout.ts';
import { allStates, groupMoves, machineModel } from './machineModel.ts';

const breaker = setup({}).createMachine({
  id: 'b', initial: 'closed',
  states: {
    closed: { on: { tripped: 'open', slow: 'open', disable: 'disabled' } },
    open: { on: { waited: { target: 'halfOpen', meta: { countdown: true } }, disable: 'disabled' } },
    halfOpen: { on: { well: 'closed', badly: 'open', disable: 'disabled' } },
    disabled: { on: { close: 'closed' } },
  },
});
const nested = setup({ guards: { paid: () => true } }).createMachine({
  id: 'n', initial: 'work',
  states: {
    work: {
      initial: 'reserving', on: { abort: 'undoing' },
      states: { reserving: { on: { reserved: 'charging' } }, charging: { on: { charged: { target: 'both', guard: 'paid' }, retry: 'charging' } }, both: { type: 'parallel', states: { mail: { initial: 'a', states: { a: { after: { 50: 'b' } }, b: {} } }, stock: { initial: 'c', states: { c: {} } } } } },
      onDone: 'done',
    },
    undoing: { on: { undone: 'done' } },
    done: { type: 'final' },
  },
});
const model = machineModel(breaker)!;

describe('the model', () => {
  test('reads states and moves from the machine', () => {
    expect(allStates(model.root).map(({ path }) => path)).toEqual(['', 'closed', 'open', 'halfOpen', 'disabled']);
    expect(model.root.initial).toBe('closed');
    expect(model.moves.filter(({ delayed }) => delayed).map(({ event }) => event)).toEqual(['waited']);
  });
  test('moves between the same states are one line; an event from three states is a tag', () => {
    const { groups, anywhere } = groupMoves(model.moves);
    expect(groups.find(({ from, to }) => from === 'closed' && to === 'open')!.moves.map(({ event }) => event)).toEqual(['tripped', 'slow']);
    expect(anywhere).toEqual([{ to: 'disabled', event: 'disable', from: ['closed', 'open', 'halfOpen'] }]);
  });
  test('reads nested, parallel and final states, guards and delays', () => {
    const it = machineModel(nested)!;
    expect(allStates(it.root).find(({ path }) => path === 'work.both')!.kind).toBe('parallel');
    expect(allStates(it.root).find(({ path }) => path === 'done')!.kind).toBe('final');
    expect(it.moves.find(({ event }) => event === 'charged')!.guard).toBe('paid');
    expect(it.moves.find(({ from }) => from === 'work.both.mail.a')).toMatchObject({ event: 'after 50 ms', delayed: true });
  });
  test('something that is no machine is refused', () => expect(machineModel({})).toBeNull());
});

describe.each([['flat', breaker], ['nested', nested]])('the layout of a %s machine', (_, machine) => {
  const it = machineModel(machine)!;
  const layout = machineLayout(it);
  test('every state has a box inside the drawing', () => {
    expect(layout.boxes.length).toBe(allStates(it.root).length - 1);
    for (const box of layout.boxes) {
      expect(box.x).toBeGreaterThanOrEqual(-0.01);
      expect(box.x + box.w).toBeLessThanOrEqual(layout.width + 0.01);
      expect(box.y + box.h).toBeLessThanOrEqual(layout.height + 0.01);
    }
  });
  test('boxes overlap only with what they hold', () => {
    for (const a of layout.boxes) for (const b of layout.boxes) {
      if (a === b || a.state.path.startsWith(`${b.state.path}.`) || b.state.path.startsWith(`${a.state.path}.`)) continue;
      expect(a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h, `${a.state.path} and ${b.state.path}`).toBe(false);
    }
  });
  test('every move begins and ends on the edge of its states', () => {
    for (const { group, points } of layout.lines) {
      for (const [path, point] of [[group.from, points[0]!], [group.to, points.at(-1)!]] as const) {
        // A move into or out of a compound state's child ends at the child of the state that holds both ends.
        const boxes = layout.boxes.filter(({ state }) => path === state.path || path.startsWith(`${state.path}.`));
        expect(boxes.some((box) => point.x >= box.x - 0.1 && point.x <= box.x + box.w + 0.1 && (Math.abs(point.y - box.y) < 0.1 || Math.abs(point.y - box.y - box.h) < 0.1 || Math.abs(point.x - box.x - box.w) < 0.1)), `${group.from} → ${group.to}`).toBe(true);
      }
    }
  });
  test('labels cover neither each other nor a state', () => {
    const labels = layout.lines.map(({ label }) => label);
    labels.forEach((a, i) => {
      for (const b of labels.slice(i + 1)) expect(a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h).toBe(false);
      for (const box of layout.boxes.filter(({ state }) => state.children.length === 0)) expect(a.x < box.x + box.w && box.x < a.x + a.w && a.y < box.y + box.h && box.y < a.y + a.h).toBe(false);
    });
  });
});

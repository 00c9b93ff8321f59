/** The kernel under small engines: T1 to T5, and pass-through layers. */
import { atLeast, atMost, over, type Lab } from './lab.ts';
import { referenceDeadlines, referenceHold } from './reference.ts';
import { deadlines, hold, runWorld, timersOnly, wholeRequest, wholeRequestAmong } from './worlds.ts';

export async function timers(lab: Lab): Promise<void> {
  const customers = lab.size(250_000);
  const [kernel] = await lab.measure({ name: 'kernel, W1 by timers of one layer', work: () => runWorld(timersOnly(customers)).events });
  lab.figure('kernel events alone, W1, of the reference', '×', kernel!.ofReference, atLeast('T1', 0.7));
}

export async function requests(lab: Lab): Promise<void> {
  const plan = wholeRequest(lab.size(150_000));
  const ended = runWorld(plan).counters.ended;
  const perRequest = runWorld(plan).events / ended;
  const [off, on] = await lab.measure(
    { name: 'whole requests, trace off', work: () => runWorld(plan).events },
    { name: 'whole requests, trace and fingerprint on', work: () => runWorld(plan, { trace: true }).events },
  );
  // A customer of the reference is two events; a request is told as one customer.
  lab.figure('requests, trace off, of the reference’s customers', '×', off!.ofReference.map((ratio) => (ratio * 2) / perRequest), atLeast('T2', 0.12));
  lab.figure('requests, trace on, of trace off', '×', over(off!.nsPerEvent, on!.nsPerEvent), atLeast('T3', 0.65));
  lab.figure('requests a second, trace off', 'M/s', off!.nsPerEvent.map((ns) => 1e3 / (ns * perRequest)));
}

export async function cancelled(lab: Lab): Promise<void> {
  const customers = lab.size(150_000);
  const world = deadlines();
  const told = () => world.inspect().one!.views as { readonly cleared: number; readonly rung: number };
  const [bare, kernel] = await lab.measure(
    { name: 'bare heap, W2', work: () => referenceDeadlines(customers).events },
    {
      name: 'kernel, W2 with timers by name',
      work: () => {
        const { cleared, rung } = told(), { events } = world;
        while (told().cleared + told().rung - cleared - rung < customers) world.runUntil(Infinity, 1000);
        return world.events - events;
      },
    },
  );
  lab.figure('kernel with timers and cancels, W2, of the bare heap', '×', over(bare!.nsPerEvent, kernel!.nsPerEvent), atLeast('T4', 0.6));
  lab.figure('deadlines cancelled, bare heap', 'share', [referenceDeadlines(customers).cancelled]);
  lab.figure('deadlines cancelled, kernel', 'share', [told().cleared / (told().cleared + told().rung)]);
}

export async function pending(lab: Lab): Promise<void> {
  const growth: { bare: readonly number[]; kernel: readonly number[] }[] = [];
  const most = lab.size(1_000_000);
  for (const [n, words] of [[100, '10²'], [Math.min(10_000, most), '10⁴'], [most, '10⁶']] as const) {
    const operations = lab.size(n === most ? 300_000 : 600_000);
    const bareHeap = referenceHold(n);
    const world = hold(n);
    const [bare, kernel] = await lab.measure(
      { name: `bare heap, W3 with ${words} pending`, work: () => bareHeap(operations) },
      { name: `kernel, W3 with ${words} pending`, work: () => world.runUntil(Infinity, operations) },
    );
    growth.push({ bare: bare!.nsPerEvent, kernel: kernel!.nsPerEvent });
    lab.figure(`kernel, W3 with ${words} pending, of the bare heap`, '×', over(bare!.nsPerEvent, kernel!.nsPerEvent));
  }
  const [few, , many] = growth;
  lab.figure('growth from 10² to 10⁶ pending over that of the bare heap', '×', over(over(many!.kernel, few!.kernel), over(many!.bare, few!.bare)), atMost('T5', 1.3));
}

export async function nodes(lab: Lab): Promise<void> {
  const among = (n: number) => wholeRequestAmong(n, lab.size(100_000));
  const ten = among(10), thousand = among(lab.tiny ? 20 : 1000);
  const [few, many] = await lab.measure(
    { name: 'whole requests among 10 nodes', work: () => runWorld(ten).events },
    { name: 'whole requests among 1,000 nodes', work: () => runWorld(thousand).events },
  );
  lab.figure('time per event, 1,000 nodes over 10, the same requests', '×', over(many!.nsPerEvent, few!.nsPerEvent), atMost('T5', 1.5));
}

export async function layers(lab: Lab): Promise<void> {
  const bare = wholeRequest(lab.size(120_000)), stack = wholeRequest(lab.size(120_000), 5);
  const [alone, five] = await lab.measure(
    { name: 'whole requests, no layer between', work: () => runWorld(bare).events },
    { name: 'whole requests through five pass-through layers', work: () => runWorld(stack).events },
  );
  // The same requests make the same events: layers hand on within one.
  lab.figure('five pass-through layers over the bare call', '×', over(five!.nsPerEvent, alone!.nsPerEvent), atMost('T8', 2.5));
}

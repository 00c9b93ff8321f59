/**
 * Closed forms of queueing theory. Notation: `servers` c, offered load `erlangs` a = λ/μ, `places` K = servers and waiting places together.
 * Sources: L. Kleinrock, Queueing Systems 1 (1975), chapters 3 and 5, and 2 (1976), chapter 3; A. Cobham, Priority assignment in waiting
 * line problems, Operations Research 2 (1954); S. Lavenberg, Computer Performance Modeling Handbook (1983), for the finite population.
 */

/** Share of customers lost by c servers without waiting places, whatever the distribution of the service time. */
export function erlangB(servers: number, erlangs: number): number {
  let blocked = 1;
  for (let c = 1; c <= servers; c++) blocked = (erlangs * blocked) / (c + erlangs * blocked);
  return blocked;
}

/** Probability of having to wait in M/M/c; needs erlangs < servers. */
export function erlangC(servers: number, erlangs: number): number {
  const blocked = erlangB(servers, erlangs);
  return blocked / (1 - (erlangs / servers) * (1 - blocked));
}

/** Mean wait in the queue of M/M/c, in units of the mean service time. */
export const waitInMMc = (servers: number, erlangs: number): number => erlangC(servers, erlangs) / (servers - erlangs);

/** Probabilities of 0 … K customers in M/M/c/K. */
export function statesOfMMcK(servers: number, places: number, erlangs: number): number[] {
  const weights = [1];
  for (let n = 1; n <= places; n++) weights.push((weights[n - 1]! * erlangs) / Math.min(n, servers));
  return normalised(weights);
}

export interface Finite {
  /** Share of arrivals that find no place. */
  readonly loss: number;
  /** Mean number waiting, and mean number in service. */
  readonly queue: number;
  readonly busy: number;
  /** Mean wait of those taken in, in units of the mean service time. */
  readonly wait: number;
}
export function finiteQueue(servers: number, places: number, erlangs: number): Finite {
  const states = statesOfMMcK(servers, places, erlangs);
  const loss = states[places]!;
  const queue = mean(states, (n) => Math.max(0, n - servers));
  return { loss, queue, busy: erlangs * (1 - loss), wait: queue / (erlangs * (1 - loss)) };
}

/**
 * Cobham: mean wait of each class, most urgent first, under non-preemptive priority in M/M/c with one mean service time, in units of it.
 * `erlangs` is the load of each class.
 */
export function cobham(servers: number, erlangs: readonly number[]): number[] {
  const total = erlangs.reduce((sum, a) => sum + a, 0);
  const untilOneIsFree = erlangC(servers, total) / servers;
  let above = 0;
  return erlangs.map((a) => {
    const here = above + a / servers;
    const wait = untilOneIsFree / ((1 - above) * (1 - here));
    above = here;
    return wait;
  });
}

/** Pollaczek–Khinchine: mean wait in M/G/1, in units of the mean service time. `variation`: squared coefficient of variation of the service. */
export const waitInMG1 = (utilisation: number, variation: number): number => (utilisation * (1 + variation)) / (2 * (1 - utilisation));

/** Finite population (M/M/c with N users who think for an exponential time): throughput per mean service time, and mean answer time in it. */
export function interactive(servers: number, users: number, thinkPerService: number): { readonly throughput: number; readonly answer: number } {
  const weights = [1];
  for (let n = 1; n <= users; n++) weights.push((weights[n - 1]! * (users - n + 1)) / thinkPerService / Math.min(n, servers));
  const states = normalised(weights);
  const throughput = mean(states, (n) => Math.min(n, servers));
  return { throughput, answer: mean(states, (n) => n) / throughput };
}

function normalised(weights: readonly number[]): number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}
const mean = (states: readonly number[], value: (n: number) => number): number => states.reduce((sum, p, n) => sum + p * value(n), 0);

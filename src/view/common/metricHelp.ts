/** How a metric is measured, in a sentence, by its name. */
import { words } from './format.ts';

const ROUTE: Readonly<Record<string, string>> = {
  offered: 'requests that {who} meant to send',
  offeredPerSecond: 'requests a second that {who} meant to send',
  good: 'requests of {who} that were answered well before the caller’s deadline',
  goodputPerSecond: 'requests of {who} that were answered well before the caller’s deadline, per second',
  goodRatio: 'the share of {who}’s requests that were answered well before the caller’s deadline',
  errorsPerSecond: 'requests of {who} that did not end well, per second',
  rejectedPerSecond: 'requests of {who} that a policy refused, per second',
  p50Ms: 'half of {who}’s requests took at most so long, from the moment each was meant to start',
  p95Ms: '95 % of {who}’s requests took at most so long, from the moment each was meant to start',
  p99Ms: '99 % of {who}’s requests took at most so long, from the moment each was meant to start',
  meanMs: 'the mean time of {who}’s requests, from the moment each was meant to start',
  ok: 'requests of {who} that ended well, in time or not',
  transientError: 'requests of {who} that ended in a transient error',
  permanentError: 'requests of {who} that ended in a permanent error',
  timeout: 'requests of {who} that {who} stopped waiting for',
  overload: 'requests of {who} that were turned away by a full queue',
  throttled: 'requests of {who} that were told to come back later',
  rejected: 'requests of {who} that a policy refused',
  cancelled: 'requests of {who} that were taken back',
  stale: 'requests of {who} that got an old answer',
  arrivals: 'calls that reached {who}',
  arrivalsPerSecond: 'calls that reached {who}, per second',
  served: 'calls that {who} worked off',
  servedPerSecond: 'calls that {who} worked off, per second',
  wasted: 'calls that {who} worked off although nobody waited any more',
  wastedPerSecond: 'calls that {who} worked off although nobody waited any more, per second',
  inPerSecond: 'calls handed to {who}, per second',
  outPerSecond: 'calls that {who} sent on downwards, further attempts too, per second',
  inFlight: 'calls under way at {who}',
  inFlightMean: 'the mean number of calls under way at {who}',
  requests: 'calls sent over {who}, repeated ones too',
  requestsPerSecond: 'calls sent over {who} per second, repeated ones too',
  replies: 'answers sent back over {who}',
  messages: 'one-way messages sent over {who}',
  lost: 'packets lost on {who}',
  amplification: 'calls sent over {who} for each first try',
};

/** `title` names nodes; layers speak for themselves. */
export function metricHelp(metric: string, title: (node: string) => string = words): string {
  const dot = metric.indexOf('.');
  const who = metric.slice(0, dot), what = metric.slice(dot + 1);
  const name = who.includes('>') ? `the link ${who.split('>').map(title).join(' → ')}` : title(who);
  const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
  if (what.startsWith('note.')) return sentence(`how often ${name} noted “${words(what.slice(5))}” in the window`);
  if (what.startsWith('noteTotal.')) return sentence(`how often ${name} noted “${words(what.slice(10))}” in the whole run`);
  const known = ROUTE[what];
  if (known !== undefined) return sentence(known.replaceAll('{who}', name));
  if (what.endsWith('Mean')) return sentence(`the mean over time of ${words(what.slice(0, -4))} of ${name}`);
  if (what.endsWith('Ms')) return sentence(`how long ${name} was ${words(what.slice(0, -2))}`);
  return sentence(`${words(what)} of ${name}`);
}

/** What the page offers to watch. */
import { audit, hotAccount } from './scenarios/audit.ts';
import { clockOrder, forgetMe, oldEvents, oldSnapshots, rebuild } from './scenarios/evolution.ts';
import { longStream, lostAnswer, mailTwice } from './scenarios/loading.ts';

export const scenarios = {
  audit, 'hot-account': hotAccount, 'long-stream': longStream, 'old-events': oldEvents, 'old-snapshots': oldSnapshots, rebuild, 'lost-answer': lostAnswer, 'mail-twice': mailTwice,
  'clock-order': clockOrder, 'forget-me': forgetMe,
} as const;

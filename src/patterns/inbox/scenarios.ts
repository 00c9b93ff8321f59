/** All scenarios, in the order in which they are best seen. */
import { email, lateReplay, newIds, order } from './scenarios/ids.ts';
import { credits, marking, slowWork } from './scenarios/once.ts';

export const scenarios = { credits, marking, 'late-replay': lateReplay, 'slow-work': slowWork, 'new-ids': newIds, 'e-mail': email, order } as const;

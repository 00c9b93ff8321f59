/** Semantic locks: an account is locked for other sagas while one holds something provisional on it. */
import { keyOf, type Books, type BooksContext, type Job } from './holdings.ts';

export const lockTimer = (job: number): string => `lock ${job}`;

/** Takes the lock for a job if it is free or its saga's own. */
export function lockFor<S>(books: Books<S>, { command }: Job<S>, ctx: BooksContext): boolean {
  const held = books.locks.get(command.account);
  if (held !== undefined && held.saga !== command.saga) return false;
  const key = keyOf(command);
  if (held === undefined) books.locks.set(command.account, { saga: command.saga, sinceMs: ctx.nowMs, keys: [key] });
  else if (!held.keys.includes(key)) books.locks.set(command.account, { ...held, keys: [...held.keys, key] });
  return true;
}

export function enterQueue<S>(books: Books<S>, job: Job<S>, ctx: BooksContext): void {
  const { account, saga } = job.command;
  job.stage = 'waiting';
  const queue = books.queues.get(account) ?? [];
  queue.push(job.id);
  books.waiting++;
  books.queues.set(account, queue);
  ctx.after(ctx.params.lockWaitMs, lockTimer(job.id));
  ctx.note('lockWaited', { saga, account, holder: books.locks.get(account)!.saga });
}

/** A job stops waiting; gives the name of the saga that it waited for. */
export function giveWay<S>(books: Books<S>, job: Job<S>): string {
  const { account } = job.command;
  const queue = books.queues.get(account);
  if (queue !== undefined) {
    const rest = queue.filter((id) => id !== job.id);
    books.waiting -= queue.length - rest.length;
    if (rest.length === 0) books.queues.delete(account);
    else books.queues.set(account, rest);
  }
  return books.locks.get(account)?.saga ?? 'nobody';
}

/** A step needs its lock no longer. The first in the queue gets it, and those of the same saga behind it. */
export function unlock<S>(books: Books<S>, account: string, key: string, ctx: BooksContext, go: (job: Job<S>) => void): void {
  const held = books.locks.get(account);
  if (held === undefined || !held.keys.includes(key)) return;
  const keys = held.keys.filter((other) => other !== key);
  if (keys.length > 0) {
    books.locks.set(account, { ...held, keys });
    return;
  }
  books.locks.delete(account);
  for (const id of books.queues.get(account)?.slice() ?? []) {
    const job = books.jobs.get(id)!;
    if (!lockFor(books, job, ctx)) continue;
    giveWay(books, job);
    ctx.clear(lockTimer(id));
    go(job);
  }
}

import { describe, expect, test } from 'vitest';
import type { Followed, Leg } from '../../protocol/messages.ts';
import { callRows, otlp, sequenceDiagram } from './request.ts';

const leg = (call: number, parent: number, kind: Leg['kind'], from: string, to: string, sentMs: number, arriveMs: number, more: Partial<Leg> = {}): Leg =>
  ({ call, parent, attempt: 0, op: 'checkout', from, to, kind, sentMs, arriveMs, root: 1, outcome: 'ok', lost: false, late: false, duplicate: false, ...more });
const followed: Followed = {
  root: 1, marks: [], notes: [],
  legs: [
    leg(1, 0, 'request', 'users', 'gateway', 0, 60), leg(2, 1, 'request', 'gateway', 'pay', 61, 101, { lost: true }),
    leg(3, 1, 'request', 'gateway', 'pay', 300, 340, { attempt: 1 }), leg(3, 1, 'reply', 'pay', 'gateway', 370, 410),
    leg(1, 0, 'reply', 'gateway', 'users', 411, 471),
  ],
};

describe('a followed request', () => {
  test('is a tree of calls: travel, work, travel', () => {
    expect(callRows(followed)).toMatchObject([
      { call: 1, depth: 0, sentMs: 0, arrivedMs: 60, answeredMs: 411, endMs: 471, outcome: 'ok' },
      { call: 2, depth: 1, arrivedMs: null, outcome: 'lost' },
      { call: 3, depth: 1, attempt: 1, arrivedMs: 340, answeredMs: 370, outcome: 'ok' },
    ]);
  });
  test('as a sequence diagram', () => {
    const lines = sequenceDiagram(followed, (id) => id.toUpperCase()).split('\n');
    expect(lines).toContain('  participant pay as PAY');
    expect(lines).toContain('  gateway-xpay: 0.061 s checkout, lost');
    expect(lines).toContain('  gateway->>pay: 0.300 s checkout (attempt 2)');
    expect(lines).toContain('  pay-->>gateway: 0.370 s ok');
  });
  test('as spans', () => {
    const { spans } = JSON.parse(otlp(followed)).resourceSpans[0].scopeSpans[0];
    expect(spans).toHaveLength(3);
    expect(spans[2]).toMatchObject({ name: 'checkout pay', parentSpanId: '0000000000000002', startTimeUnixNano: '300000000', status: { code: 1 } });
  });
});

import { describe, expect, test } from 'vitest';
import { search, suggestion } from './search.ts';

const card = (number: number, id: string, title: string, family: 'resilience' | 'data', summary: string, keywords: string[]) => ({ number, id, title, family, summary, keywords });
const cards = [
  card(1, 'circuit-breaker', 'Circuit Breaker', 'resilience', 'Stop calling what is failing.', ['half-open', 'Polly']),
  card(2, 'retry', 'Retry', 'resilience', 'Hide transient failures.', ['backoff', 'jitter']),
  card(5, 'cache-aside', 'Cache-Aside', 'data', 'Keep copies near.', ['ttl', 'stampede']),
];
const ids = (query: string) => search(cards, query).map(({ id }) => id);

describe('the gallery search', () => {
  test('nothing typed shows all, in order', () => expect(ids(' ')).toEqual(['circuit-breaker', 'retry', 'cache-aside']));
  test('finds by title, keyword, family, number', () => {
    expect(ids('break')).toEqual(['circuit-breaker']);
    expect(ids('Half-Open')).toEqual(['circuit-breaker']);
    expect(ids('data')).toEqual(['cache-aside']);
    expect(ids('2')).toEqual(['retry']);
  });
  test('every word must be answered', () => expect(ids('retry polly')).toEqual([]));
  test('a title comes before a summary', () => expect(ids('fail')).toEqual(['circuit-breaker', 'retry']));
  test('a typing error gets a suggestion', () => {
    expect(suggestion(cards, 'circit braker')?.id).toBe('circuit-breaker');
    expect(suggestion(cards, 'jiter')?.id).toBe('retry');
    expect(suggestion(cards, 'zzzz')).toBeNull();
  });
});

/** What the browser remembers: theme and recent runs. The storage may be empty, full, corrupt or forbidden; nothing here ever throws. */
import type { RunDocument } from '../runs/document.ts';
import type { Theme } from './types.ts';

export type Storage = Pick<globalThis.Storage, 'getItem' | 'setItem' | 'removeItem'>;
const THEME = 'patternscope.theme';
const RUNS = 'patternscope.recent';
const MAX_RUNS = 12;
const MAX_BYTES = 200_000;

export interface RecentRun {
  readonly pattern: string;
  readonly scenario: string;
  readonly variant: string;
  readonly document: unknown;
}

export class Recent {
  private readonly storage: Storage | undefined;
  private memory: RecentRun[] = [];

  constructor(storage: Storage | undefined) {
    this.storage = storage;
    this.memory = this.readRuns();
  }
  private read(key: string): string | null {
    try { return this.storage?.getItem(key) ?? null; } catch { return null; }
  }
  private write(key: string, text: string): void {
    try { this.storage?.setItem(key, text); } catch { /* full or forbidden: this session's memory has to do */ }
  }
  theme(): Theme {
    const text = this.read(THEME);
    return text === 'light' || text === 'dark' ? text : 'auto';
  }
  rememberTheme(theme: Theme): void { this.write(THEME, theme); }

  runs(): readonly RecentRun[] { return this.memory; }
  remember(document: RunDocument): void {
    const { pattern, scenario, variant } = document;
    const text = JSON.stringify(document);
    if (text.length > MAX_BYTES / MAX_RUNS) return;
    this.memory = [{ pattern, scenario, variant, document }, ...this.memory.filter((run) => JSON.stringify(run.document) !== text && !(run.pattern === pattern && run.scenario === scenario && run.variant === variant))].slice(0, MAX_RUNS);
    this.write(RUNS, JSON.stringify(this.memory));
  }
  private readRuns(): RecentRun[] {
    const text = this.read(RUNS);
    if (text === null || text.length > MAX_BYTES) return [];
    try {
      const list: unknown = JSON.parse(text);
      return Array.isArray(list) ? list.filter(isRecent).slice(0, MAX_RUNS) : [];
    } catch {
      return [];
    }
  }
}
const isRecent = (value: unknown): value is RecentRun => {
  if (typeof value !== 'object' || value === null) return false;
  const run = value as Record<string, unknown>;
  return typeof run.pattern === 'string' && typeof run.scenario === 'string' && typeof run.variant === 'string' && typeof run.document === 'object';
};

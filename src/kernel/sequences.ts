/**
 * A layer's own sequences of draws, by purpose. Most layers draw for a few purposes, named by literals: looking through those is twice as
 * fast as a map. Layers with a purpose for each of many users have the rest in a map.
 */
export interface Sequence {
  readonly purpose: string;
  readonly stream: number;
  /** Draws so far. */
  count: number;
}
export interface Sequences {
  readonly few: Sequence[];
  readonly others: Map<string, Sequence>;
}
const FEW = 8;
export const createSequences = (): Sequences => ({ few: [], others: new Map() });

export function findSequence({ few, others }: Sequences, purpose: string): Sequence | undefined {
  for (let i = 0; i < few.length; i++) if (few[i]!.purpose === purpose) return few[i];
  return few.length < FEW ? undefined : others.get(purpose);
}
export function addSequence({ few, others }: Sequences, purpose: string, stream: number): Sequence {
  const sequence = { purpose, stream, count: 0 };
  if (few.length < FEW) few.push(sequence);
  else others.set(purpose, sequence);
  return sequence;
}

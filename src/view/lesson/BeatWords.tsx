import type { PlacedBeat } from '../../runs/tour.ts';
import { capital, secondsText } from '../common/format.ts';
import { fill } from '../common/sentence.ts';

/** What a step of the tour says, its holes filled from what its note said. */
export const said = ({ beat, data }: Pick<PlacedBeat, 'beat' | 'data'>): string => capital(fill(beat.text, data));

/** Title, moment and text of a step, as every player of the tour shows them. */
export function BeatWords({ placed }: { readonly placed: PlacedBeat }) {
  const { beat, atMs } = placed;
  return <><b>{beat.title}</b>{atMs !== null && atMs > 0 && <time>{secondsText(atMs)}</time>} {said(placed)}</>;
}

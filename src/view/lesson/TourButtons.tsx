import { goToBeat, neighbour, type TourState } from '../../session/tour.ts';
import { useSession } from '../common/session.tsx';
import { motionless } from '../common/theme.ts';
import { IconButton } from '../common/ui.tsx';

/** Back and on: on plays up to the next step and stops there; with reduced motion it jumps. */
export function TourButtons({ tour, current }: { readonly tour: TourState; readonly current: number }) {
  const session = useSession();
  const back = neighbour(tour, current, -1), next = neighbour(tour, current, 1);
  return (
    <>
      <IconButton icon="left" label="Step of the lesson before (p)" disabled={back === null} onClick={() => { if (back !== null) void goToBeat(session, back, 'jump'); }} />
      <IconButton icon="right" label="Next step of the lesson (n)" disabled={next === null} onClick={() => { if (next !== null) void goToBeat(session, next, still() ? 'jump' : 'play'); }} />
    </>
  );
}
export const still = (): boolean => motionless() || matchMedia('(prefers-reduced-motion: reduce)').matches;

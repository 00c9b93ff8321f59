import { neighbour, walk, type TourState } from '../../session/tour.ts';
import { useSession } from '../common/session.tsx';
import { still } from '../common/theme.ts';
import { IconButton } from '../common/ui.tsx';

/** Back and on: on plays up to the next step and stops there; with reduced motion it jumps. */
export function TourButtons({ tour, current }: { readonly tour: TourState; readonly current: number }) {
  const session = useSession();
  const ends = (direction: 1 | -1): boolean => neighbour(tour, current, direction) === null;
  return (
    <>
      <IconButton icon="left" label="Step of the lesson before (p)" disabled={ends(-1)} onClick={() => void walk(session, -1, !still())} />
      <IconButton icon="right" label="Next step of the lesson (n)" disabled={ends(1)} onClick={() => void walk(session, 1, !still())} />
    </>
  );
}

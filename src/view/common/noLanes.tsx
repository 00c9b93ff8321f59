/** In place of lanes.tsx in an embed: a stage alone is drawn in one frame, and its first load counts every byte. */
import type { ReactNode } from 'react';

export const useLane = <T,>(store: T): T => store;
export const InLane = ({ children }: { readonly late: number; readonly children: ReactNode }): ReactNode => children;

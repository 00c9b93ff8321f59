declare module 'virtual:stills' {
  import type { Topology } from '../view/stage/topology.ts';

  /** Topology of each pattern's opening scenario, by pattern id. */
  export const stills: Readonly<Record<string, Topology>>;
}

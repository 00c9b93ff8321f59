/** Users live in so many regions, by a hash of their id. */
export const REGIONS = 4;

/** Version and hard caps of the run document. */

/** The version that this source writes. Older ones are brought up by migrations.ts. */
export const DOCUMENT_VERSION = 1;

/** Hard caps. What lies beyond is refused, never cut. */
export const LIMITS = {
  /** Characters of the document's JSON. */
  size: 256 * 1024,
  depth: 24,
  faults: 200,
  interventions: 1000,
  breakpoints: 50,
  layersPerNode: 16,
  /** One day; the kernel could count nanoseconds for 104. */
  durationMs: 86_400_000,
  minDurationMs: 1,
  /** 2^32 - 1. */
  seed: 4_294_967_295,
  /** Characters of a parameter that is free data, as JSON, and its depth. */
  dataSize: 64 * 1024,
  dataDepth: 16,
} as const;

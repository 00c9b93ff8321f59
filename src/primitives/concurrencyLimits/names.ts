/** The laws by name, without their code: for stories. */
export const LIMIT_LAWS = ['aimd', 'vegas', 'gradient2', 'envoyGradient'] as const;
export type LimitLaw = (typeof LIMIT_LAWS)[number];

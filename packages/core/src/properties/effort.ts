/** Multiplies what the tests here do; 1 in CI, some 30 for the full run that CONTRIBUTING tells of. */
const effort = Number(process.env['SEALBEARER_EFFORT'] ?? 1)

/** How often to try, at the effort asked for. */
export const times = (usual: number): number => Math.ceil(usual * effort)

/** Long enough for the effort asked for. */
export const timeLimit: number = 60_000 * Math.max(1, effort)

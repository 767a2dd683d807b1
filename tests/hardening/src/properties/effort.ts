/** `SEALBEARER_EFFORT` multiplies what the tests here do; 67 is the full run, of half an hour and more. */
const effort = Number(process.env['SEALBEARER_EFFORT'] ?? 1)

/** How often to try, at the effort asked for. */
export const times = (usual: number): number => Math.ceil(usual * effort)

/** Long enough for the effort asked for, on a machine that has much else to do. */
export const timeLimit: number = 180_000 * Math.max(1, effort)

/** The one moment at which every case happens, in seconds: tokens, verifiers and rows all take their time from it. */
export const now = 1_800_000_000

/** The clock of every verifier in the policies. */
export const clock = (): Date => new Date(now * 1000)

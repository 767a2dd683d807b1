/** In workerd, which has a WebSocketPair, time stands still while code runs, and goes on with the next timer. */
const standsStill: boolean = 'WebSocketPair' in globalThis

/** Milliseconds of one batch, so that reading the clock costs nothing. */
export const batchTime: number = standsStill ? 20 : 1

/** Milliseconds since some moment. */
export async function wallTime(): Promise<number> {
  if (standsStill) await new Promise((resolve) => setTimeout(resolve, 0))
  return performance.now()
}

/** Microseconds of CPU time that this process has taken; 0 where the runtime does not tell. */
export function cpuTime(): number {
  if (typeof process === 'undefined' || typeof process.cpuUsage !== 'function') return 0
  const { user, system } = process.cpuUsage()
  return user + system
}

/** All of it. Runs only under --expose-gc. */
export function collectGarbage(): void {
  if (globalThis.gc === undefined) throw new Error('garbage is collected under --expose-gc')
  globalThis.gc()
}

export function usedBytes(): number {
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

import type { KeyOperations } from './engine.js'

type Verify = NonNullable<KeyOperations['verify']>

/** Number of verifications requested in the current task. */
let requested = 0

const endOfRun = (): void => {
  requested = 0
}

/**
 * A single verification runs synchronously; concurrent ones run on other threads, except one in every `share`: this
 * thread, which also dispatches the others, would otherwise be idle.
 */
export const spread =
  (synchronous: Verify, onThreads: Verify, share: number): Verify =>
  (signingInput, signature) => {
    if (requested === 0) queueMicrotask(endOfRun)
    const verify = requested++ % share === 0 ? synchronous : onThreads
    return verify(signingInput, signature)
  }

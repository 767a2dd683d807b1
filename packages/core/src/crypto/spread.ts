import type { KeyOperations } from './engine.js'

type Verify = NonNullable<KeyOperations['verify']>

/** Of concurrent verifications, one in so many runs on this thread, which also dispatches the others. */
const share = 3

/** Number of verifications requested in the current task. */
let requested = 0

const endOfRun = (): void => {
  requested = 0
}

/** A single verification runs synchronously; most of several concurrent ones run on other threads. */
export const spread =
  (synchronous: Verify, onThreads: Verify): Verify =>
  (signingInput, signature) => {
    if (requested === 0) queueMicrotask(endOfRun)
    const verify = requested++ % share === 0 ? synchronous : onThreads
    return verify(signingInput, signature)
  }

import { isCloudflareWorkers } from './cloudflare-workers.js'

/**
 * Prints a warning for the operator: as a Node.js process warning if the runtime has them, otherwise on the console.
 *
 * @param message Contains no part of a token, a key or a claim.
 * @param code Names the kind, for `process.on('warning')`.
 */
export function warn(message: string, code: string): void {
  // Cloudflare Workers have `emitWarning`, but print nothing; other runtimes have an incomplete `process`.
  if (!isCloudflareWorkers() && typeof globalThis.process?.emitWarning === 'function') {
    globalThis.process.emitWarning(message, { type: 'SealbearerWarning', code })
  } else {
    // biome-ignore lint/suspicious/noConsole: without process warnings, operators read the console
    console.warn(`SealbearerWarning: ${message}`)
  }
}

/** Creates a function that prints a warning the first time it is called. */
export function warnOnce(message: string, code: string): () => void {
  let isDone = false
  return () => {
    if (isDone) return
    isDone = true
    warn(message, code)
  }
}

/** What may be printed about a caught error: its code. Its message can quote input. */
const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : 'an error without a code'

/**
 * Creates the default listener for errors: it prints the first one, so that an outage does not go unnoticed until the
 * keys are too old to be used.
 *
 * @param what The failure, as the beginning of a sentence.
 * @param remedy How the application receives all errors.
 */
export function warnOfFirstError(
  what: string,
  code: string,
  remedy = 'set onError',
): (error: unknown) => void {
  let isDone = false
  return (error) => {
    if (isDone) return
    isDone = true
    warn(`${what} (${codeOf(error)}). This is printed once; ${remedy} to hear of every failure.`, code)
  }
}

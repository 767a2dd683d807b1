import { engine } from '#crypto'
import type { Algorithm } from '../crypto/algorithms.js'
import { chain, type MaybePromise } from '../maybe-promise.js'

const known = new Map<Algorithm, boolean>()

/** Why a key for an algorithm cannot be used on this runtime; `undefined` for algorithms that the runtime has. */
export function whyUnsupported(alg: Algorithm): MaybePromise<string | undefined> {
  const supported = known.get(alg) ?? engine.supports(alg)
  return chain(supported, (isSupported) => {
    known.set(alg, isSupported)
    return isSupported
      ? undefined
      : `alg: ${alg} needs a runtime that has it, such as Node.js 24.7 or later with OpenSSL 3.5`
  })
}

/** @throws {TypeError} for an algorithm that this runtime lacks, with the version that has it. */
export async function checkSupported(alg: Algorithm): Promise<void> {
  const reason = await whyUnsupported(alg)
  if (reason !== undefined) throw new TypeError(reason)
}

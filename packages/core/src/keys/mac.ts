import { engine } from '#crypto'
import { bytesOf } from '../bytes.js'
import { chain, type MaybePromise } from '../maybe-promise.js'
import { isKey, type Key, keyMaterial } from './key.js'

/** A secret of this server's: text or bytes of at least 32 bytes, or a key for HS256. */
export type MacSecret = string | Uint8Array | Key

/** Authenticates text that only this server makes and reads, under secrets that can rotate. */
export interface Mac {
  /** HMAC-SHA-256 in base64url, under the first secret. */
  make(text: string): MaybePromise<string>
  /** Whether any of the secrets made it; takes the same time for whatever is wrong. */
  verify(text: string, mac: string): MaybePromise<boolean>
  /** The same as `make`, under each secret: the first is the one that `make` uses. */
  makeAll(text: string): Promise<readonly string[]>
}

const smallestBytes = 32

interface MacOperations {
  readonly sign: (text: string) => MaybePromise<string>
  readonly verify: (text: string, mac: string) => MaybePromise<boolean>
}

/**
 * Reads an option that is one secret or several. What a MAC is for belongs into the text, because other options may
 * have the same secret.
 *
 * @throws {TypeError}
 */
export function macOption(option: string, secrets: MacSecret | readonly MacSecret[]): Mac {
  const list: readonly unknown[] = Array.isArray(secrets) ? secrets : [secrets]
  const keys = Array.from(list, (secret) => operationsOf(option, secret))
  const [first] = keys
  if (first === undefined) throw new TypeError(`${option}: is an empty list; ${wayOut}`)

  return {
    make: first.sign,
    makeAll: (text) => Promise.all(keys.map(({ sign }) => sign(text))),
    verify(text, mac) {
      const verifyFrom = (index: number): MaybePromise<boolean> => {
        const key = keys[index]
        if (key === undefined) return false
        return chain(key.verify(text, mac), (isValid) => isValid || verifyFrom(index + 1))
      }
      return verifyFrom(0)
    },
  }
}

const wayOut =
  'give text or bytes of at least 32 bytes, or a key for HS256; of several, the first makes new tokens'

function operationsOf(option: string, secret: unknown): MacOperations {
  const { sign, verify } = isKey(secret) ? keyOperations(option, secret) : secretOperations(option, secret)
  if (sign === undefined || verify === undefined) {
    throw new TypeError(`${option}: has a key that may not both sign and verify; ${wayOut}`)
  }
  return { sign, verify }
}

function keyOperations(option: string, key: Key): Partial<MacOperations> {
  if (key.alg !== 'HS256') throw new TypeError(`${option}: has a key for ${key.alg}; ${wayOut}`)
  return keyMaterial(key).operations
}

function secretOperations(option: string, secret: unknown): Partial<MacOperations> {
  const bytes = typeof secret === 'string' ? new TextEncoder().encode(secret) : bytesOf(secret)
  if (bytes === undefined) throw new TypeError(`${option}: ${wayOut}`)
  if (bytes.length < smallestBytes) {
    throw new TypeError(`${option}: has ${bytes.length} bytes, which can be guessed; ${wayOut}`)
  }
  // The caller may wipe or reuse its bytes.
  return engine.importSecret(Uint8Array.from(bytes), 'HS256')
}

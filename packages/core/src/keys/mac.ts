import { engine } from '#crypto'
import { chain, type MaybePromise } from '../maybe-promise.js'
import { bytesOf } from '../options.js'
import { isKey, type Key, keyMaterial } from './key.js'

/** A secret of this server: text or bytes of at least 32 bytes, or a key for HS256. */
export type MacSecret = string | Uint8Array | Key

/** Authenticates text that only this server creates and reads, with rotatable secrets. */
export interface Mac {
  /** HMAC-SHA-256 in base64url, with the first secret. */
  make(text: string): MaybePromise<string>
  /** Whether the MAC matches any of the secrets, in constant time. */
  verify(text: string, mac: string): MaybePromise<boolean>
  /** Like `make`, with each secret: the first one is the result of `make`. */
  makeAll(text: string): Promise<readonly string[]>
}

const minBytes = 32

interface MacOperations {
  readonly sign: (text: string) => MaybePromise<string>
  readonly verify: (text: string, mac: string) => MaybePromise<boolean>
}

/**
 * Reads an option with one or several secrets. The purpose of a MAC belongs in the authenticated text, because other
 * options may use the same secret.
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
  'pass text or bytes of at least 32 bytes, or a key for HS256; of several, the first is used for new tokens'

function operationsOf(option: string, secret: unknown): MacOperations {
  const { sign, verify } = isKey(secret) ? keyOperations(option, secret) : secretOperations(option, secret)
  if (sign === undefined || verify === undefined) {
    throw new TypeError(`${option}: has a key that cannot both sign and verify; ${wayOut}`)
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
  if (bytes.length < minBytes) {
    throw new TypeError(`${option}: has only ${bytes.length} bytes, which can be guessed; ${wayOut}`)
  }
  // The caller may wipe or reuse its bytes.
  return engine.importSecret(Uint8Array.from(bytes), 'HS256')
}

import type { HeaderFields } from '../errors.js'
import { type MacSecret, macOption } from '../keys/mac.js'
import { chain, type MaybePromise } from '../maybe-promise.js'
import { checkMembers, durationOption, withDefault } from '../options.js'
import type { Duration } from '../time.js'

/** Nonces that the server issues and proofs must repeat. */
export interface NonceOptions {
  /**
   * Text or bytes of at least 32 bytes, or a key for HS256; one or several, of which the first is used for new nonces and
   * all are accepted. Must be the same in every process of a server.
   */
  readonly secret: MacSecret | readonly MacSecret[]
  /** How long a nonce is accepted. @default '5m' */
  readonly lifetime?: Duration | undefined
}

/** Creates and checks nonces, without storing any. */
export interface ProofNonces {
  /** Headers with the next nonce. */
  headers(): MaybePromise<HeaderFields>
  isFresh(nonce: unknown): MaybePromise<boolean>
}

interface NonceContext {
  readonly origin: string
  readonly clock: () => number
  /** Maximum clock difference between two processes, in seconds. */
  readonly tolerance: number
}

const defaultLifetime = 300
/** The second of its creation, in base 36, and a MAC. */
const form = /^([\da-z]{1,8})\.([\w-]{43})$/

/**
 * Reads the option `nonce`. A nonce is its creation time with a MAC: only the server can create one, and its age needs no
 * storage.
 *
 * @throws {TypeError}
 * @see {@link https://www.rfc-editor.org/rfc/rfc9449#section-9 RFC 9449 §9}
 */
export function nonceOption(options: NonceOptions, { origin, clock, tolerance }: NonceContext): ProofNonces {
  checkMembers('nonce', options, ['secret', 'lifetime'])
  const mac = macOption('nonce.secret', options.secret)
  const lifetime = durationOption('nonce.lifetime', withDefault(options.lifetime, defaultLifetime))
  if (lifetime < 1) throw new TypeError("nonce.lifetime: must be at least a second, such as '5m'")
  const textOf = (second: number): string => `dpop nonce ${origin} ${second}`
  let latest: { readonly second: number; readonly headers: HeaderFields } | undefined

  return {
    headers() {
      const second = Math.floor(clock())
      if (latest?.second === second) return latest.headers
      return chain(mac.make(textOf(second)), (made) => {
        // RFC 9449 §8.2: a cached response would contain an old nonce.
        const headers = Object.freeze({
          'DPoP-Nonce': `${second.toString(36)}.${made}`,
          'Cache-Control': 'no-store',
        })
        latest = { second, headers }
        return headers
      })
    },
    isFresh(nonce) {
      const [, digits, made] = (typeof nonce === 'string' && form.exec(nonce)) || []
      if (digits === undefined || made === undefined) return false
      const second = Number.parseInt(digits, 36)
      const age = clock() - second
      if (age > lifetime || age < -tolerance || second.toString(36) !== digits) return false
      return mac.verify(textOf(second), made)
    },
  }
}

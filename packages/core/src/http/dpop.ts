import {
  akpKeyBytes,
  isAsymmetric,
  isSignatureAlgorithm,
  pinnedAlgorithms,
  type SignatureAlgorithm,
  signatureAlgorithms,
} from '../crypto/algorithms.js'
import { checkMembers, durationOption, withDefault } from '../options.js'
import type { ReplayStore } from '../stores/replay-store.js'
import { type Clock, type Duration, secondsClock } from '../time.js'
import { type CredentialsSource, createSource, headerReader } from './credentials.js'
import { createProofCheck } from './proof.js'
import { type NonceOptions, nonceOption } from './proof-nonce.js'
import type { Scheme } from './scheme.js'
import { originOption } from './target-uri.js'

/** Options of {@link dpop}. */
export interface DpopOptions {
  /**
   * How clients reach this server: scheme, host and, if it is not the default, port. Proofs must be for it, whatever the
   * Host header of the request.
   */
  readonly origin: string
  /** Records used proofs: one store shared by all processes that serve the origin. */
  readonly replay: ReplayStore
  /** Requires every proof to repeat a nonce of this server, so that none can be created in advance. @default no nonces */
  readonly nonce?: NonceOptions | undefined
  /** The `alg` values of proofs. @default every asymmetric one but ML-DSA, whose proofs have 6 to 11 KB */
  readonly algorithms?: readonly SignatureAlgorithm[] | undefined
  /** How long a proof is accepted after its `iat`. @default '60s' */
  readonly maxAge?: Duration | undefined
  /** How far ahead the `iat` may be. @default '5s' */
  readonly clockTolerance?: Duration | undefined
  /** Where time comes from; replace it in tests. @default the system clock */
  readonly now?: Clock | undefined
}

const optionNames = [
  'origin',
  'replay',
  'nonce',
  'algorithms',
  'maxAge',
  'clockTolerance',
  'now',
] as const satisfies readonly (keyof DpopOptions)[]

/** Without ML-DSA: not every runtime has it, and its keys and signatures fill the header limits of many servers. */
const defaultAlgorithms = Object.keys(signatureAlgorithms)
  .filter(isAsymmetric)
  .filter((alg) => akpKeyBytes(alg) === undefined)

/**
 * Reads the Authorization header with the scheme `DPoP`: a token bound to a key (`cnf.jkt`), with a proof in the header
 * `DPoP` that the sender holds the key. A proof is accepted once.
 *
 * If a proxy changes the path of a request, no proof matches. Responses to browsers of other origins need
 * `Access-Control-Expose-Headers: DPoP-Nonce, WWW-Authenticate`, which the application has to send.
 *
 * @example
 * createAuthenticator({ verifier, credentials: [dpop({ origin: 'https://api.example.com', replay: store }), bearer()] })
 *
 * @throws {TypeError} for an option that is missing, unknown or invalid.
 * @see {@link https://www.rfc-editor.org/rfc/rfc9449#section-7 RFC 9449 §7}
 */
export function dpop(options: DpopOptions): CredentialsSource {
  checkMembers('dpop', options, optionNames)
  const { replay } = options
  if (typeof replay?.claim !== 'function') {
    throw new TypeError('replay: required: a store with claim(key, seconds), such as createMemoryStore()')
  }
  const origin = originOption(options.origin)
  const clock = secondsClock(options.now)
  const clockTolerance = durationOption('clockTolerance', withDefault(options.clockTolerance, 5))
  const maxAge = durationOption('maxAge', withDefault(options.maxAge, 60))
  if (maxAge < 1) throw new TypeError("maxAge: must be at least a second, such as '60s'")
  const algorithms = algorithmsOption(withDefault(options.algorithms, defaultAlgorithms))
  const nonces =
    options.nonce === undefined
      ? undefined
      : nonceOption(options.nonce, { origin, clock, tolerance: clockTolerance })

  const scheme: Scheme = Object.freeze({
    name: 'DPoP',
    attributes: Object.freeze({ algs: [...algorithms].join(' ') }),
    confirmation: {
      member: 'jkt',
      confirm: createProofCheck({ origin, algorithms, replay, nonces, maxAge, clockTolerance, clock }),
    },
    ...(nonces !== undefined && { responseHeaders: nonces.headers }),
  })
  return createSource(
    { source: 'header', name: 'authorization', scheme: 'DPoP' },
    { scheme, read: headerReader('authorization', 'DPoP', scheme) },
  )
}

function algorithmsOption(value: readonly SignatureAlgorithm[]): ReadonlySet<SignatureAlgorithm> {
  const algorithms = pinnedAlgorithms('algorithms', value, isSignatureAlgorithm, signatureAlgorithms)
  for (const alg of algorithms) {
    if (isAsymmetric(alg)) continue
    throw new TypeError(`algorithms: ${alg} needs a shared secret; proofs are signed with private keys`)
  }
  return algorithms
}

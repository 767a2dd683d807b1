import {
  isAsymmetric,
  isSignatureAlgorithm,
  pinnedAlgorithms,
  type SignatureAlgorithm,
  signatureAlgorithms,
} from '../crypto/algorithms.js'
import { checkMembers, durationOption } from '../options.js'
import type { ReplayStore } from '../stores/replay-store.js'
import { type Clock, type Duration, secondsClock } from '../time.js'
import { type CredentialsSource, createSource, headerReader } from './credentials.js'
import { createProofCheck } from './proof.js'
import { type NonceOptions, nonceOption } from './proof-nonce.js'
import type { Scheme } from './scheme.js'
import { originOption } from './target-uri.js'

/** What a DPoP proof is checked against. */
export interface DpopOptions {
  /**
   * How clients reach this server: scheme, host and, where it is not the usual one, port. Proofs are for it, whatever the
   * request's Host says.
   */
  readonly origin: string
  /** Remembers used proofs: one store for all processes that serve the origin. */
  readonly replay: ReplayStore
  /** Has every proof repeat a nonce of this server, so that none can be made in advance. @default no nonces */
  readonly nonce?: NonceOptions | undefined
  /** The `alg` values of proofs. @default every asymmetric one */
  readonly algorithms?: readonly SignatureAlgorithm[] | undefined
  /** How long a proof is accepted after its `iat`. @default '60s' */
  readonly maxAge?: Duration | undefined
  /** How far ahead the `iat` may be. @default '5s' */
  readonly clockTolerance?: Duration | undefined
  /** Where time comes from; replace it in tests. */
  readonly now?: Clock | undefined
}

const members = [
  'origin',
  'replay',
  'nonce',
  'algorithms',
  'maxAge',
  'clockTolerance',
  'now',
] as const satisfies readonly (keyof DpopOptions)[]

const asymmetric = Object.keys(signatureAlgorithms).filter(isAsymmetric)

/**
 * Looks in the Authorization header, for the scheme `DPoP`: a token that is bound to a key (`cnf.jkt`), with a proof in
 * the header `DPoP` that the sender holds the key. A proof is accepted once.
 *
 * Where a request's path is not the one that the client sent, since a proxy changes it, no proof fits. Answers to
 * browsers of other origins need `Access-Control-Expose-Headers: DPoP-Nonce, WWW-Authenticate`, which is for the
 * application to send.
 *
 * @example
 * createAuthenticator({ verifier, credentials: [dpop({ origin: 'https://api.example.com', replay: store }), bearer()] })
 *
 * @throws {TypeError} for an option that is missing, misspelt or invalid.
 * @see {@link https://www.rfc-editor.org/rfc/rfc9449#section-7 RFC 9449 §7}
 */
export function dpop(options: DpopOptions): CredentialsSource {
  checkMembers('dpop', options, members)
  const { replay } = options
  if (typeof replay?.claim !== 'function') {
    throw new TypeError('replay: required: a store with claim(key, seconds), such as createMemoryStore()')
  }
  const origin = originOption(options.origin)
  const clock = secondsClock(options.now)
  const clockTolerance = durationOption('clockTolerance', options.clockTolerance ?? 5)
  const maxAge = durationOption('maxAge', options.maxAge ?? 60)
  if (maxAge < 1) throw new TypeError("maxAge: must be at least a second, such as '60s'")
  const algorithms = algorithmsOption(options.algorithms ?? asymmetric)
  const nonces = options.nonce && nonceOption(options.nonce, { origin, clock, tolerance: clockTolerance })

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

import type { SuiteName } from './suites.js'

/** A test that cannot pass on a runtime, why, and how it has to fail there. */
export interface Gap {
  readonly runtime: string
  readonly suite: SuiteName
  /** The ends of the tests' names. */
  readonly titles: readonly string[]
  readonly error: RegExp
  readonly reason: string
}

export const gaps: readonly Gap[] = [
  {
    runtime: 'deno',
    suite: 'attacks',
    titles: [
      'A256KW: a CEK of 24 bytes, which A256GCM does not have',
      'RSA-OAEP-256: a CEK of 24 bytes, which A256GCM does not have',
    ],
    error: /Unknown cipher[\s\S]*handSeal/,
    reason:
      'the token cannot be made: its node:crypto has no AES-192-GCM, which the library does not use there',
  },
  {
    runtime: 'deno',
    suite: 'served',
    titles: ['unproven: two Host headers'],
    error: /status: got 400/,
    reason: 'its server refuses such a request itself',
  },
  {
    runtime: 'workerd',
    suite: 'attacks',
    titles: ['an exponent of 257 bits, to keep us busy'],
    error: /expected 'TypeError' to be 'accepted'/,
    reason: 'the twin is refused too: BoringSSL takes no RSA exponent of more than 33 bits',
  },
  {
    runtime: 'workerd',
    suite: 'served',
    titles: ['malformed credentials: an empty value'],
    error: /got \\?"SB_CREDENTIALS_MISSING/,
    reason: 'a header without a value does not reach a Worker; the request is refused all the same',
  },
]

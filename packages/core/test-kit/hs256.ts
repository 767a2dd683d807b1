import type { Verifier } from '../src/jwt/define-verifier.js'
import { createVerifier } from '../src/jwt/verifier.js'
import { handSign } from './hand-made.js'
import { audience, goodClaims, issuer, now } from './parties.js'
import { bytes, testKey } from './test-keys.js'

const keys = await testKey('HS256')

/** A verifier that accepts the tokens of {@link tokenWith}. */
export const hs256Verifier = (
  options: { readonly cache?: false; readonly now?: () => Date } = {},
): Verifier =>
  createVerifier({
    issuer,
    audience,
    typ: 'at+jwt',
    now,
    signature: { algorithms: ['HS256'], keys },
    ...options,
  })

/** Signs a token with the usual claims, and these. */
export const tokenWith = (claims: object = {}): string =>
  handSign({ alg: 'HS256', typ: 'at+jwt' }, { ...goodClaims, ...claims }, bytes(32))

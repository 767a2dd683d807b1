import { type Claims, claimsOf, subjectOf } from '../material/claims.js'
import { signatureKey } from '../material/signature-key.js'
import type { Doors } from './doors.js'
import { filled } from './json-text.js'
import { type Shape, type ShapeGroup, usualSize } from './shape.js'
import { signedText, usualHeader } from './tokens.js'

/** What most refused tokens are: of the usual size, and wrong in one thing. */
export function usual({ raised, requests, key }: Doors): ShapeGroup {
  const shape = (title: string, code: string, make: Shape['make'], door = raised): Shape => ({
    title,
    code,
    door,
    make,
    sizes: [usualSize],
  })
  const bad = (
    title: string,
    code: string,
    changes: Partial<Claims>,
    header = usualHeader,
    by = key,
  ): Shape =>
    shape(title, code, () => [signedText(`${header}}`, JSON.stringify(claimsOf(subjectOf(1), changes)), by)])
  const header = (title: string, code: string, from: string, to: string): Shape =>
    bad(title, code, {}, usualHeader.replace(from, to))
  return {
    title: 'Tokens of the usual size',
    note: 'Wrong in one thing, beside a good one with the HS256 signature that costs least of all.',
    shapes: [
      shape('no token', 'SB_TOKEN_MALFORMED', (n) => ['a'.repeat(n)]),
      header('another alg', 'SB_ALG_NOT_ALLOWED', 'HS256', 'HS512'),
      header('an unknown kid', 'SB_KEY_NOT_FOUND', 'HS256-1', 'HS256-2'),
      header('another typ', 'SB_TYP_MISMATCH', 'at+jwt', 'id+jwt'),
      bad('a wrong signature', 'SB_INTEGRITY_FAILED', {}, usualHeader, signatureKey('HS256')),
      bad('another issuer', 'SB_ISSUER_MISMATCH', { iss: 'https://auth.other.example' }),
      bad('for another audience', 'SB_AUDIENCE_MISMATCH', { aud: 'https://orders.other.example' }),
      bad('expired', 'SB_TOKEN_EXPIRED', { exp: 1 }),
      bad('not valid yet', 'SB_TOKEN_NOT_YET_VALID', { nbf: 4_000_000_000, exp: 4_000_000_900 }),
      shape('no credentials', 'SB_CREDENTIALS_MISSING', (n) => ['Accept', 'a'.repeat(n)], requests),
      shape('Bearer, and no token', 'SB_CREDENTIALS_MALFORMED', (n) => garbage(n), requests),
      shape(
        'an invalid token',
        'SB_TOKEN_MALFORMED',
        (n) => ['Authorization', `Bearer ${'a'.repeat(n)}`],
        requests,
      ),
    ],
  }
}

const garbage = (characters: number): readonly string[] => [
  'Authorization',
  filled('Bearer ', '!', '')(characters),
]

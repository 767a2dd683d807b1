import { createVerifier } from '@sealbearer/core'
import { signedMint } from '../cases/mints.js'
import { fastJwtReader } from '../contenders/fast-jwt.js'
import { rawReaders } from '../contenders/raw/contenders.js'
import { verifierOptions } from '../contenders/sealbearer.js'
import { type Claims, claimsOf, subjectOf } from '../material/claims.js'
import { signedToken } from '../material/sign.js'
import { type SignatureKey, signatureKey } from '../material/signature-key.js'
import { perItem } from '../measure/per-item.js'
import type { Point, Series } from './series.js'
import { seriesCase } from './series-case.js'

/** KiB of the whole token. */
const sizes = [0.3, 0.5, 1, 2, 4, 8, 16] as const
const count = 64

/** Only what every check needs, so that a token can be small. */
const smallClaims = (index: number): Claims => {
  const { iss, aud, exp, sub } = claimsOf(subjectOf(index))
  // The other members are what it does without.
  return { iss, aud, exp, sub } as Claims
}

/** A token of very nearly that many characters. */
function tokenOfSize(characters: number, index: number, key: SignatureKey): string {
  const claims = smallClaims(index)
  const missing = characters - signedToken(claims, key).length
  const member = '"note":"",'.length
  const note = 'x'.repeat(Math.max(0, Math.floor((missing * 3) / 4) - member))
  return note === '' ? signedToken(claims, key) : signedToken({ ...claims, note }, key)
}

async function pointOf(size: number): Promise<Point> {
  const key = signatureKey('HS256')
  const tokens = Array.from({ length: count }, (_, index) => tokenOfSize(size * 1024, index, key))
  const bytes = tokens.map((token) => Buffer.from(token))
  const options = await verifierOptions(key, undefined, 'default')
  const plain = createVerifier({ ...options, cache: false })
  const remembering = createVerifier(options)
  const contenders = [
    ...rawReaders(key).slice(0, 1),
    perItem<string>('sealbearer', 'ours', (token) => plain.verify(token)),
    perItem<string>('sealbearer, remembered', 'ours', (token) => remembering.verify(token)),
    fastJwtReader(key, false),
    fastJwtReader(key, true),
  ]
  const fresh = (): readonly string[] => bytes.map((token) => token.toString('latin1'))
  return {
    size,
    case: await seriesCase(`token of ${size} KiB`, contenders, signedMint(key), {
      items: fresh,
      fresh: true,
    }),
  }
}

/** Cost by the length of the token. */
export const sizeSeries = async (): Promise<Series> => ({
  title: 'Token size',
  unit: 'KiB',
  note: 'HS256, microseconds a token. What is remembered is found by the end of its text, and compared in whole.',
  points: await Promise.all(sizes.map(pointOf)),
})

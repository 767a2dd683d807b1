import { createVerifier } from '@sealbearer/core'
import { signedMint } from '../cases/mints.js'
import { verifierOptions } from '../contenders/sealbearer.js'
import { claimsOf, subjectOf } from '../material/claims.js'
import { signedToken } from '../material/sign.js'
import { type SignatureKey, signatureKey } from '../material/signature-key.js'
import { perItem } from '../measure/per-item.js'
import type { Point, Series } from './series.js'
import { seriesCase } from './series-case.js'

/** Shares of the cache that are taken; at 200 % half of what came has been thrown out again. */
const shares = [0.01, 0.25, 0.5, 1, 2] as const
const maxEntries = 10_000
const maxBytes = 64 * 2 ** 20
const hot = 100

const tokensOf = (count: number, key: SignatureKey): readonly string[] =>
  Array.from({ length: count }, (_, index) => signedToken(claimsOf(subjectOf(index)), key))

async function hitPoint(share: number): Promise<Point> {
  const key = signatureKey('HS256')
  const options = await verifierOptions(key, undefined, 'default')
  const verifier = createVerifier({ ...options, cache: { maxEntries, maxBytes } })
  const filling = tokensOf(Math.floor(share * maxEntries), key)
  for (const token of filling) await verifier.verify(token)
  // The last ones are there for sure. They come as strings of their own, as with requests.
  const bytes = filling.slice(-hot).map((token) => Buffer.from(token))
  const items = (): readonly string[] => bytes.map((token) => token.toString('latin1'))
  const contenders = [perItem<string>('sealbearer, remembered', 'ours', (token) => verifier.verify(token))]
  return {
    size: share * 100,
    case: await seriesCase(`cache at ${share * 100} %`, contenders, signedMint(key), { items, fresh: true }),
  }
}

/** Cost of a hit by how full the cache of verified tokens is. */
export const hitSeries = async (): Promise<Series> => ({
  title: 'Hits by occupancy of the cache',
  unit: '% of 10,000 tokens',
  note: 'HS256, microseconds a token, 100 tokens in turn.',
  points: await Promise.all(shares.map(hitPoint)),
})

const sizes = [10, 100, 1000, 10_000] as const

async function missPoint(size: number): Promise<Point> {
  const key = signatureKey('HS256')
  const options = await verifierOptions(key, undefined, 'default')
  const verifier = createVerifier({ ...options, cache: { maxEntries: size, maxBytes } })
  // More than fit, in turn: by the time one comes again it has been thrown out.
  const tokens = tokensOf(2 * size, key)
  for (const token of tokens) await verifier.verify(token)
  const contenders = [perItem<string>('sealbearer', 'ours', (token) => verifier.verify(token))]
  return {
    size,
    case: await seriesCase(`cache of ${size}`, contenders, signedMint(key), { items: () => tokens }),
  }
}

/** Cost of a miss in a full cache by its size. */
export const missSeries = async (): Promise<Series> => ({
  title: 'Misses in a full cache, each of which evicts a token',
  unit: 'tokens that fit',
  note: 'HS256, microseconds a token.',
  points: await Promise.all(sizes.map(missPoint)),
})

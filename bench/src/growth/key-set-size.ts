import { createKeySet, createVerifier, importKey } from '@sealbearer/core'
import { signedMint } from '../cases/mints.js'
import { claimsOf, subjectOf } from '../material/claims.js'
import { parties } from '../material/parties.js'
import { signedToken } from '../material/sign.js'
import { signatureKey } from '../material/signature-key.js'
import { perItem } from '../measure/per-item.js'
import type { Point, Series } from './series.js'
import { seriesCase } from './series-case.js'

const sizes = [1, 10, 100, 1000] as const
const count = 1000

async function pointOf(size: number, isEvery: boolean): Promise<Point> {
  const keys = Array.from({ length: size }, (_, index) => signatureKey('HS256', `key-${index}`))
  const last = keys.at(-1) ?? signatureKey('HS256')
  const imported = keys.map(({ alg, kid, verifying }) => importKey(verifying, { alg, kid }))
  const verifier = createVerifier({
    ...parties,
    cache: false,
    signature: { algorithms: ['HS256'], keys: await createKeySet(await Promise.all(imported)) },
  })
  const tokens = Array.from({ length: count }, (_, index) =>
    signedToken(claimsOf(subjectOf(index)), (isEvery && keys[index % size]) || last),
  )
  const contenders = [perItem<string>('sealbearer', 'ours', (token) => verifier.verify(token))]
  return {
    size,
    case: await seriesCase(`${size} keys`, contenders, signedMint(last), { items: () => tokens }),
  }
}

async function keySeries(title: string, isEvery: boolean): Promise<Series> {
  return {
    title,
    unit: 'keys',
    note: 'HS256 with `cache: false`, microseconds a token.',
    points: await Promise.all(sizes.map((size) => pointOf(size, isEvery))),
  }
}

/** Cost by the number of keys in the set. */
export const oneKeySeries = (): Promise<Series> => keySeries('Keys in the set, tokens of the last one', false)

/** The same, with as many different headers as keys. */
export const everyKeySeries = (): Promise<Series> =>
  keySeries('Keys in the set, tokens of each in turn', true)

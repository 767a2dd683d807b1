import { createHmac, randomBytes } from 'node:crypto'
import { importKey, type SignatureAlgorithm } from '@sealbearer/core'
import { verifyJws } from '@sealbearer/core/jose'
import { headerSegment, spoil } from './seal-by-hand.js'
import type { TimingPair } from './timing-pair.js'

export const macRounds = { node: 100_000, web: 12_000 }
export const macTitles = { one: 'first byte wrong', other: 'last byte wrong' }

const hashes = { HS256: 'sha256', HS384: 'sha384', HS512: 'sha512' } as const

export const inputOf = (alg: SignatureAlgorithm): string =>
  `${headerSegment({ alg, kid: 'k' })}.${randomBytes(200).toString('base64url')}`

export const macOf = (hash: string, secret: Uint8Array, input: string): Uint8Array =>
  createHmac(hash, secret).update(input).digest()

export const written = (input: string, mac: Uint8Array): string =>
  Buffer.from(`${input}.${Buffer.from(mac).toString('base64url')}`, 'latin1').toString('latin1')

function hmacPair(alg: keyof typeof hashes): TimingPair {
  return {
    title: `${alg}: the MAC`,
    ...macTitles,
    rounds: macRounds,
    isEncrypted: false,
    expected: 'equal',
    async prepare() {
      const secret = randomBytes(64)
      const options = { algorithms: [alg], keys: await importKey(secret, { alg, kid: 'k' }) }
      const token = (at: 'first' | 'last') => () => {
        const input = inputOf(alg)
        return written(input, spoil(macOf(hashes[alg], secret, input), at))
      }
      const input = inputOf(alg)
      await verifyJws(written(input, macOf(hashes[alg], secret, input)), options)
      return { one: token('first'), other: token('last'), attempt: (text) => verifyJws(text, options) }
    },
  }
}

export const macPairs: readonly TimingPair[] = [hmacPair('HS256'), hmacPair('HS384'), hmacPair('HS512')]

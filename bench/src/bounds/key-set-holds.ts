import { createServer } from 'node:http'
import { createKeySet, createRemoteKeySet, generateKey, type JWK, publicJwks } from '@sealbearer/core'
import { listen } from '../http/listen.js'
import { answerOf } from './door.js'
import type { Hold } from './hold.js'

/** What a provider can publish within `maxBytes`. */
function fullSet(make: (index: number) => JWK): { readonly keys: readonly JWK[] } {
  const keys: JWK[] = []
  for (let size = 12; size < 262_144; ) {
    const jwk = make(keys.length)
    size += JSON.stringify(jwk).length + 1
    if (size < 262_144) keys.push(jwk)
  }
  return { keys }
}

/** What a remote key set says to a document. */
export async function loadOf(document: string | Uint8Array, coding?: string): Promise<string> {
  const server = createServer((_, response) => {
    if (coding !== undefined) response.setHeader('content-encoding', coding)
    response.end(document)
  })
  try {
    const keys = createRemoteKeySet(`http://127.0.0.1:${await listen(server)}/`)
    return await answerOf(() => keys.refresh())
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

/** What a local key set says to keys; an application's own configuration is refused with a TypeError. */
async function importOf(keys: readonly JWK[]): Promise<string> {
  try {
    return await answerOf(() => createKeySet({ keys: [...keys] }))
  } catch (error) {
    if (error instanceof TypeError) return 'TypeError'
    throw error
  }
}

const publicJwkOf = async (alg: 'ES256' | 'ES512' | 'RS256'): Promise<JWK> =>
  publicJwks(await generateKey(alg)).keys[0] ?? {}

/** A number of so many bits, all of them ones. */
const odd = (bits: number): string => Buffer.alloc(bits / 8, 255).toString('base64url')

/** Full sets, of keys that are accepted and of keys that cost too much, published and as configuration. */
export async function keySetHolds(): Promise<readonly Hold[]> {
  const shared = { measures: 'the event loop', boundMilliseconds: 100 } as const
  const [p256, p521, rsa] = [
    await publicJwkOf('ES256'),
    await publicJwkOf('ES512'),
    await publicJwkOf('RS256'),
  ]
  const { alg: _, use: __, ...open } = p521
  const refused = { published: 'SB_KEYS_UNAVAILABLE', local: 'TypeError' }
  const accepted = { published: 'let in', local: 'let in' }
  type Row = readonly [title: string, jwk: JWK, answers: typeof accepted]
  const curves: readonly Row[] = [
    ['keys on P-256', p256, accepted],
    ['keys on P-521 without alg', open, accepted],
    ['points off P-521', { ...open, y: String(open.x) }, refused],
  ]
  const rows: readonly Row[] = [
    ['RSA keys of 2,048 bits', rsa, accepted],
    ['RSA keys of 2,048 bits with exponents of 32 bits', { ...rsa, e: odd(32) }, accepted],
    ['RSA keys of 2,048 bits with exponents of 2,048 bits', { ...rsa, e: odd(2_048) }, refused],
    ['RSA keys of 8,192 bits', { ...rsa, n: odd(8_192) }, accepted],
    ['RSA keys of 16,384 bits', { ...rsa, n: odd(16_384) }, refused],
  ]
  return [
    ...[...curves, ...rows].map(([title, jwk, { published }]) => ({
      ...shared,
      title: `a published set full of ${title}`,
      answer: published,
      run: () => loadOf(JSON.stringify(fullSet((index) => ({ ...jwk, kid: String(index) })))),
    })),
    ...rows.map(([title, jwk, { local }]) => ({
      ...shared,
      title: `a local set full of ${title}`,
      answer: local,
      run: () => importOf(fullSet((index) => ({ ...jwk, kid: String(index) })).keys),
    })),
  ]
}

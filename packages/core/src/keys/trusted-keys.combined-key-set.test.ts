import { describe, expect, test } from 'vitest'
import { SealbearerError } from '../errors.js'
import { createIssuer } from '../jwt/issuer.js'
import { createVerifier } from '../jwt/verifier.js'
import { generateKey } from './generate.js'
import { publicJwks } from './jwk-set.js'
import type { Key, KeySelector, KeySet, Keys } from './key.js'
import { createKeySet } from './key-set.js'
import { importSecret } from './secret.js'
import { keysOption } from './trusted-keys.js'

const secret = importSecret('an old shared secret, long enough', { alg: 'HS256', encoding: 'utf8' })
const own = await generateKey('ES256', { kid: 'own' })
const published = await generateKey('ES256', { kid: 'published' })

/** A set that counts how often it is asked, and can be unavailable. */
class FarSet implements KeySet {
  generation = 0
  asked = 0
  isDown = false
  stands = true
  readonly #keys: readonly Key[]
  constructor(keys: readonly Key[]) {
    this.#keys = keys
  }
  async select({ alg, kid }: KeySelector): Promise<readonly Key[]> {
    this.asked++
    if (this.isDown) throw new SealbearerError('SB_KEYS_UNAVAILABLE', 'status 500')
    return this.#keys.filter((key) => key.alg === alg && (kid === undefined || key.kid === kid))
  }
  use(): boolean {
    return this.stands
  }
}

const combined = (...keys: (Key | KeySet)[]): KeySet =>
  keysOption(keys, {
    option: 'keys',
    operation: 'verify',
    algorithms: new Set(['ES256', 'HS256']),
    wayOut: '',
  })
const kidsOf = async (keys: KeySet, header: KeySelector) =>
  (await keys.select(header)).map(({ alg, kid }) => kid ?? alg)

/** @see issue 10, B.03 */
describe('one list of keys and key sets', () => {
  test('verifies the tokens of each, by alg and kid', async () => {
    const parties = { issuer: 'https://auth.example.com', audience: 'a', typ: 'JWT' }
    const keys: Keys = [new FarSet([published]), secret]
    const verifier = createVerifier({ ...parties, signature: { algorithms: ['ES256', 'HS256'], keys } })
    for (const [algorithm, key] of [
      ['ES256', published],
      ['HS256', secret],
    ] as const) {
      const { token } = await createIssuer({
        ...parties,
        lifetime: '5m',
        signature: { algorithm, keys: key },
      }).issue({})
      await expect(verifier.verify(token)).resolves.toMatchObject({ form: 'signed' })
    }
  })

  test('does not select from a set if a listed key matches', async () => {
    const far = new FarSet([published])
    const keys = combined(far, own)
    expect(await kidsOf(keys, { alg: 'ES256', kid: 'own' })).toEqual(['own'])
    expect(far.asked).toBe(0)
    expect(await kidsOf(keys, { alg: 'ES256', kid: 'published' })).toEqual(['published'])
    expect(await kidsOf(keys, { alg: 'ES256', kid: 'neither' })).toEqual([])
  })

  test('a token without kid can have the keys of all', async () => {
    expect(await kidsOf(combined(new FarSet([published]), own), { alg: 'ES256' })).toEqual([
      'own',
      'published',
    ])
  })

  test('an unavailable set refuses no token of another key, and is a 503 for the others', async () => {
    const [down, up] = [new FarSet([]), new FarSet([published])]
    down.isDown = true
    const keys = combined(down, up, own, secret)
    expect(await kidsOf(keys, { alg: 'ES256', kid: 'own' })).toEqual(['own'])
    expect(await kidsOf(keys, { alg: 'ES256', kid: 'published' })).toEqual(['published'])
    expect(await kidsOf(keys, { alg: 'HS256', kid: 'x' })).toEqual(['HS256'])
    const refusal = async () => kidsOf(keys, { alg: 'ES256', kid: 'neither' })
    await expect(refusal()).rejects.toMatchObject({ code: 'SB_KEYS_UNAVAILABLE', parameter: 'status 500' })
    down.isDown = false
    expect(await refusal()).toEqual([])
  })

  test('a verification ends together with its key set', async () => {
    const far = new FarSet([published])
    const keys = combined(far, own)
    const { generation } = keys
    expect(keys.use?.()).toBe(true)
    far.stands = false
    expect(keys.use?.()).toBe(false)
    far.generation++
    expect(keys.generation).not.toBe(generation)
  })

  test('can be published', async () => {
    const { keys } = publicJwks([await createKeySet([published]), own, secret])
    expect(keys.map(({ kid }) => kid)).toEqual(['published', 'own'])
  })
})

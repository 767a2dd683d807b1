import { expect, test } from 'vitest'
import { generateKey } from './generate.js'
import { publicJwks, readJwkSet } from './jwk-set.js'

const [good = {}, other = {}] = publicJwks([
  await generateKey('ES256', { kid: 'a' }),
  await generateKey('ES256', { kid: 'b' }),
]).keys

const rules = { isPublished: true, algorithms: [] }

test.each<[string, unknown, string, string | undefined]>([
  ['text', 'key', 'invalid', undefined],
  ['null', null, 'invalid', undefined],
  ['no type', { kid: 'x' }, 'invalid', 'x'],
  ['a type that is no text', { ...good, kty: 7 }, 'invalid', 'a'],
  ['a kid that is no text', { ...good, kid: 7, x: 'AA' }, 'invalid', undefined],
  ['a secret', { kty: 'oct', k: 'AA', kid: 'x' }, 'not-public', 'x'],
  ['a secret without its value', { kty: 'oct', kid: 'x' }, 'not-public', 'x'],
  ['a private half', { ...good, d: 'AA' }, 'not-public', 'a'],
  ['a value beside a public key', { ...good, k: 'AA' }, 'not-public', 'a'],
  ['another curve', { ...good, alg: undefined, crv: 'secp256k1' }, 'unsupported', 'a'],
  ['another type', { kty: 'LWE', kid: 'x' }, 'unsupported', 'x'],
  ['a key of type AKP without alg', { kty: 'AKP', kid: 'x', pub: 'AA' }, 'invalid', 'x'],
  [
    'a key of type AKP for another algorithm',
    { kty: 'AKP', kid: 'x', alg: 'HBS', pub: 'AA' },
    'unsupported',
    'x',
  ],
  ['a seed beside a public key', { kty: 'AKP', kid: 'x', alg: 'ML-DSA-44', priv: 'AA' }, 'not-public', 'x'],
  ['a bad point', { ...good, x: 'AA' }, 'invalid', 'a'],
  ['a key once more', { ...other }, 'repeated', 'b'],
])('skips %s, and reports index and reason', async (_, published, reason, kid) => {
  const found = await readJwkSet({ keys: [other, published, good] }, rules)
  expect(found?.skipped).toMatchObject([{ index: 1, kid, reason }])
  expect(found?.used).toEqual([other, good])
  expect(found?.candidates.map((candidate) => candidate.kid)).toEqual(['b', 'a'])
})

test.each([{}, { keys: good }, { keys: null }, { keys: 'keys' }])('finds no set in %j', async (document) => {
  expect(await readJwkSet(document, rules)).toBeUndefined()
})

test.each([
  {
    title: 'the fault of a key',
    member: { value: 'AA' },
    detail: 'key: "x" of the JWK must be 32 bytes, base64url without padding, not 1',
  },
  {
    title: 'no error of a getter, which can quote the key',
    member: {
      get(): string {
        throw new TypeError('key: its private member is 7')
      },
    },
    detail: undefined,
  },
])('reports $title', async ({ member, detail }) => {
  const jwk = Object.defineProperty({ ...good }, 'x', { ...member, enumerable: true })
  const found = await readJwkSet({ keys: [jwk, other] }, rules)
  expect(found?.skipped[0]?.detail?.slice(0, detail?.length)).toEqual(detail)
  expect(found?.skipped).toMatchObject([{ index: 0, reason: 'invalid' }])
  expect(found?.used).toEqual([other])
})

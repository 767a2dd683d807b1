import { calculateJwkThumbprint } from 'jose'
import { describe, expect, test } from 'vitest'
import { runtimeAlgorithms } from '../../test-kit/runtime-algorithms.js'
import { untyped } from '../../test-kit/untyped.js'
import { type Algorithm, algorithms } from '../crypto/algorithms.js'
import { signJws } from '../jws/sign.js'
import { verifyJws } from '../jws/verify.js'
import { generateKey } from './generate.js'
import { importKey } from './import.js'
import { exportJwk, publicJwks } from './jwk-set.js'

const needs = (alg: Algorithm) => ({
  ...(alg === 'dir' && { enc: 'A128CBC-HS256' as const }),
  ...(alg.startsWith('ECDH') && { crv: 'X25519' as const }),
})
// Making an RSA key takes long: one of each kind is enough.
const quick = runtimeAlgorithms.filter(
  (alg) => !algorithms[alg].kty.includes('RSA') || /^(RS256|RSA-OAEP-256)$/.test(alg),
)

test.each(quick)('makes a key for %s', async (alg) => {
  const key = await generateKey(alg, needs(alg))
  const isSecret = algorithms[alg].kty.includes('oct')
  expect(key).toMatchObject({ alg, type: isSecret ? 'secret' : 'private', enc: needs(alg).enc })
  expect(() => exportJwk(key)).toThrow(/extractable: true/)
  const [jwk] = publicJwks(key).keys
  if (isSecret) {
    expect(jwk).toBeUndefined()
    expect(key.kid).toBeUndefined()
  } else {
    expect(key.kid).toBe(await calculateJwkThumbprint(jwk ?? {}))
    expect(jwk).toMatchObject({ alg, kid: key.kid })
  }
})

test.each(quick)('makes a key for %s that can be kept', async (alg) => {
  const key = await generateKey(alg, { ...needs(alg), extractable: true, kid: '1' })
  const jwk = exportJwk(key)
  const { enc } = needs(alg)
  // RFC 7517 §4.4: a secret that is the content encryption key itself is for its "enc".
  expect(jwk).toMatchObject({ alg: alg === 'dir' ? enc : alg, kid: '1' })
  const again = await importKey(jwk, { alg, extractable: true, ...(enc !== undefined && { enc }) })
  expect(again).toEqual(key)
  expect(exportJwk(again)).toEqual(jwk)
})

test('creates another one each time', async () => {
  const [one, two] = [await generateKey('ES256'), await generateKey('ES256')]
  expect(one.kid).not.toBe(two.kid)
  const token = await signJws(Uint8Array.of(1), { algorithm: 'ES256', key: one })
  await verifyJws(token, { algorithms: ['ES256'], keys: one })
  await expect(verifyJws(token, { algorithms: ['ES256'], keys: two })).rejects.toMatchObject({
    code: 'SB_KEY_NOT_FOUND',
  })
})

test.each(['P-256', 'P-384', 'P-521', 'X25519'] as const)('makes a key to agree on %s', async (crv) => {
  expect(await generateKey('ECDH-ES+A128KW', { crv })).toMatchObject({ crv })
})

test('creates an RSA key of the given size', async () => {
  const [jwk] = publicJwks(await generateKey('RS256', { modulusLength: 3072 })).keys
  expect(Buffer.from(`${jwk?.n}`, 'base64url')).toHaveLength(384)
})

describe('refuses', () => {
  test.each<[string, unknown, object | undefined, RegExp]>([
    ['no alg', undefined, {}, /^alg: must be one of HS256/],
    ['none', 'none', {}, /^alg: "none" is refused/],
    ['dir without enc', 'dir', {}, /^enc: required with dir/],
    ['enc for signatures', 'ES256', { enc: 'A256GCM' }, /^enc: remove it, ES256 is a signature algorithm$/],
    [
      'agreement without a curve',
      'ECDH-ES',
      {},
      /^crv \(required with ECDH-ES\): must be one of P-256, .*X25519$/,
    ],
    ['agreement on a curve for signatures', 'ECDH-ES', { crv: 'Ed25519' }, /must be one of P-256/],
    [
      'a curve where there is no choice',
      'ES256',
      { crv: 'P-256' },
      /^crv: remove it, ES256 has only one choice$/,
    ],
    ['a curve for RSA', 'RS256', { crv: 'P-256' }, /^crv: remove it, RS256/],
    ['a modulus for ECDSA', 'ES256', { modulusLength: 2048 }, /^modulusLength: remove it, ES256 is not RSA$/],
    ['a short modulus', 'RS256', { modulusLength: 1024 }, /2048 to 16384 bits, not 1024/],
    ['an endless modulus', 'RS256', { modulusLength: 65_536 }, /2048 to 16384 bits, not 65536/],
    [
      'a modulus that is no number',
      'RS256',
      { modulusLength: '4096' },
      /^modulusLength: must be a whole number/,
    ],
    ['extractable as text', 'ES256', { extractable: 'yes' }, /^extractable: must be true or false$/],
    [
      'extractable as text of a secret',
      'HS256',
      { extractable: 'yes' },
      /^extractable: must be true or false$/,
    ],
    ['an empty kid', 'ES256', { kid: '' }, /^kid: must be a non-empty string/],
    [
      'an unknown option',
      'ES256',
      { use: 'sig' },
      /^generateKey: has no option "use"; it accepts kid, enc, crv/,
    ],
  ])('%s', async (_, alg, options, message) => {
    const refusal = generateKey(untyped(alg), untyped(options))
    await expect(refusal).rejects.toThrow(TypeError)
    await expect(refusal).rejects.toThrow(message)
  })
})

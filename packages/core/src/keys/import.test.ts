import { createPrivateKey, createPublicKey, createSecretKey } from 'node:crypto'
import { inspect } from 'node:util'
import type { JWK } from 'jose'
import { describe, expect, test } from 'vitest'
import { runtimeAlgorithms } from '../../test-kit/runtime-algorithms.js'
import { bytes, pem, pemNameFor, testKey } from '../../test-kit/test-keys.js'
import { untyped } from '../../test-kit/untyped.js'
import { type Algorithm, algorithms, isSignatureAlgorithm, useOf } from '../crypto/algorithms.js'
import { signJws } from '../jws/sign.js'
import { verifyJws } from '../jws/verify.js'
import { importKey } from './import.js'
import { exportJwk, publicJwks } from './jwk-set.js'
import { secretLength } from './secret.js'

const pairs = runtimeAlgorithms.filter((alg) => !algorithms[alg].kty.includes('oct'))
const secrets = runtimeAlgorithms.filter((alg) => algorithms[alg].kty.includes('oct'))
const encOf = (alg: Algorithm) => (alg === 'dir' ? ({ enc: 'A256GCM' } as const) : {})
const lengthOf = (alg: Algorithm): number => secretLength(alg, alg === 'dir' ? 'A256GCM' : undefined).bytes

const privateObject = (name: string) => createPrivateKey(pem(`${name}.pkcs8`))
const publicObject = (name: string) => createPublicKey(pem(`${name}.spki`))
// KeyObject.export declares less than it gives.
const jwkOf = (key: ReturnType<typeof createPublicKey>): JWK => key.export({ format: 'jwk' }) as JWK

describe.each(pairs)('%s', (alg) => {
  const name = `${pemNameFor(alg)}`
  const use = useOf(alg)

  test('accepts KeyObjects', async () => {
    expect(await importKey(privateObject(name), { alg })).toMatchObject({ alg, use, type: 'private' })
    expect(await importKey(publicObject(name), { alg })).toMatchObject({ alg, use, type: 'public' })
  })

  test('accepts JWKs', async () => {
    const privateJwk = jwkOf(privateObject(name))
    const publicJwk = jwkOf(publicObject(name))
    expect(await importKey(privateJwk, { alg })).toMatchObject({ alg, type: 'private', kid: undefined })
    expect(await importKey({ ...publicJwk, kid: '1', alg, use }, { alg })).toMatchObject({
      type: 'public',
      kid: '1',
    })
    expect(await importKey({ ...publicJwk, kid: '1' }, { alg, kid: '2' })).toMatchObject({ kid: '2' })
  })

  test('has its public JWK', async () => {
    const key = await importKey(privateObject(name), { alg, kid: '1' })
    expect(publicJwks(key)).toEqual({ keys: [{ ...jwkOf(publicObject(name)), alg, use, kid: '1' }] })
  })

  test('refuses a secret', async () => {
    await expect(importKey(bytes(64), { alg })).rejects.toThrow(
      `alg: ${alg} accepts no secret; use a key of type`,
    )
    await expect(importKey({ kty: 'oct', k: 'A'.repeat(86) }, { alg })).rejects.toThrow(
      `key: ${alg} needs a key of type`,
    )
  })

  test('exports private members only with extractable: true', async () => {
    const key = await importKey(privateObject(name), { alg })
    expect(() => exportJwk(key)).toThrow(/^exportJwk: .*extractable: true$/)
    const kept = await importKey(privateObject(name), { alg, kid: '1', extractable: true })
    expect(exportJwk(kept)).toEqual({ ...jwkOf(privateObject(name)), alg, use, kid: '1' })
  })
})

describe.each(secrets)('%s', (alg) => {
  const secret = bytes(lengthOf(alg))

  test('accepts bytes, a JWK and a KeyObject', async () => {
    const k = Buffer.from(secret).toString('base64url')
    const options = { alg, ...encOf(alg), extractable: true, kid: '1' }
    for (const material of [secret, Buffer.from(secret), { kty: 'oct', k }, createSecretKey(secret)]) {
      const key = await importKey(material, options)
      expect(key).toEqual({
        alg,
        kid: '1',
        use: useOf(alg),
        type: 'secret',
        enc: encOf(alg).enc,
        crv: undefined,
      })
      expect(exportJwk(key)).toEqual({
        kty: 'oct',
        k,
        alg: alg === 'dir' ? encOf(alg).enc : alg,
        use: useOf(alg),
        kid: '1',
      })
    }
  })

  test('refuses a secret that is one byte short', async () => {
    const refusal = importKey(bytes(lengthOf(alg) - 1), { alg, ...encOf(alg) })
    await expect(refusal).rejects.toThrow(TypeError)
    await expect(refusal).rejects.toThrow(
      new RegExp(
        `^secret: ${alg}.* needs (exactly|at least) ${lengthOf(alg)} bytes, not .*generateKey or deriveKey`,
      ),
    )
  })

  test('accepts a longer secret for HMAC only', async () => {
    const longer = importKey(bytes(lengthOf(alg) + 1), { alg, ...encOf(alg) })
    if (isSignatureAlgorithm(alg)) expect(await longer).toMatchObject({ alg })
    else await expect(longer).rejects.toThrow(`needs exactly ${lengthOf(alg)} bytes`)
  })

  test('refuses a key pair', async () => {
    await expect(importKey(pem('rsa.spki'), { alg, ...encOf(alg) })).rejects.toThrow(/^key: /)
    await expect(importKey(jwkOf(publicObject('rsa')), { alg, ...encOf(alg) })).rejects.toThrow(
      `key: ${alg} needs a key of type oct`,
    )
  })
})

test('copies the bytes of a secret', async () => {
  const secret = bytes(32)
  const key = await importKey(secret, { alg: 'HS256' })
  const before = await signJws(new Uint8Array(1), { algorithm: 'HS256', key })
  secret.fill(0)
  expect(await signJws(new Uint8Array(1), { algorithm: 'HS256', key })).toBe(before)
})

test('a key shows none of its material', async () => {
  const jwk = jwkOf(privateObject('ec-P-256'))
  const key = await importKey(jwk, { alg: 'ES256', kid: '1', extractable: true })
  for (const shown of [inspect(key, { depth: 9, showHidden: true }), JSON.stringify(key), String(key)]) {
    expect(shown).not.toContain(jwk.d)
    expect(shown).not.toContain(jwk.x)
  }
  expect(Object.isFrozen(key)).toBe(true)
  expect(JSON.parse(JSON.stringify(key))).toEqual({
    alg: 'ES256',
    kid: '1',
    use: 'sig',
    type: 'private',
    crv: 'P-256',
  })
})

describe('the metadata of a JWK', () => {
  const withHole: string[] = []
  withHole[1] = 'sign'
  const ec = jwkOf(privateObject('ec-P-256'))
  const rsaJwk = jwkOf(privateObject('rsa'))
  const rsaPublic = jwkOf(publicObject('rsa'))
  const x25519 = jwkOf(privateObject('x25519'))
  const oct = { kty: 'oct', k: `B${'A'.repeat(42)}` }

  test.each<[string, Algorithm, object]>([
    ['its own alg', 'ES256', { ...ec, alg: 'ES256' }],
    ['its own use', 'ES256', { ...ec, use: 'sig' }],
    ['key_ops for both', 'ES256', { ...ec, key_ops: ['sign', 'verify'] }],
    ['key_ops for one', 'ES256', { ...ec, key_ops: ['sign'] }],
    ['key_ops and more', 'ES256', { ...ec, key_ops: ['sign', 'custom'] }],
    ['wrapKey for RSA-OAEP', 'RSA-OAEP-256', { ...rsaPublic, key_ops: ['wrapKey'] }],
    ['encrypt for RSA-OAEP', 'RSA-OAEP-256', { ...rsaPublic, key_ops: ['encrypt'] }],
    ['unwrapKey for AES', 'A256KW', { ...oct, key_ops: ['unwrapKey'] }],
    ['deriveBits for agreement', 'ECDH-ES', { ...x25519, key_ops: ['deriveBits'] }],
    ['deriveKey for agreement', 'ECDH-ES', { ...ec, key_ops: ['deriveKey'] }],
    [
      'an empty key_ops on a public agreement key',
      'ECDH-ES',
      { ...jwkOf(publicObject('x25519')), key_ops: [] },
    ],
    ['certificates, which nobody looks at', 'ES256', { ...ec, x5c: ['AAAA'], x5u: 5 }],
  ])('may be %s', async (_, alg, jwk) => {
    expect(await importKey(untyped(jwk), { alg })).toMatchObject({ alg })
  })

  test.each<[string, Algorithm, object, RegExp]>([
    [
      'another alg',
      'ES256',
      { ...ec, alg: 'ES384' },
      /the "alg" of the JWK is not ES256; import it for its own "alg"$/,
    ],
    ['another alg of its kty', 'RS256', { ...rsaJwk, alg: 'PS256' }, /the "alg" of the JWK is not RS256/],
    ['an alg that is no text', 'ES256', { ...ec, alg: ['ES256'] }, /the "alg" of the JWK is not/],
    ['use enc for signatures', 'ES256', { ...ec, use: 'enc' }, /"use" must be "sig" for ES256$/],
    ['use sig for encryption', 'ECDH-ES', { ...ec, use: 'sig' }, /"use" must be "enc" for ECDH-ES$/],
    ['use null', 'ES256', { ...ec, use: null }, /"use" must be "sig"/],
    ['key_ops of another kind', 'ES256', { ...ec, key_ops: ['encrypt'] }, /"key_ops" .* allows no operation/],
    ['empty key_ops', 'ES256', { ...ec, key_ops: [] }, /"key_ops" .* allows no operation/],
    [
      'empty key_ops on a public key',
      'RS256',
      { ...rsaPublic, key_ops: [] },
      /"key_ops" .* allows no operation/,
    ],
    [
      'empty key_ops on a public EC key',
      'ES256',
      { ...jwkOf(publicObject('ec-P-256')), key_ops: [] },
      /allows no operation/,
    ],
    [
      'sign on a public key',
      'ES256',
      { ...jwkOf(publicObject('ec-P-256')), key_ops: ['sign'] },
      /allows no operation/,
    ],
    [
      'key_ops that is no list',
      'ES256',
      { ...ec, key_ops: 'sign' },
      /"key_ops" of the JWK must be a list of names$/,
    ],
    [
      'key_ops with a number',
      'ES256',
      { ...ec, key_ops: ['sign', 1] },
      /"key_ops" of the JWK must be a list of names$/,
    ],
    ['key_ops with a hole', 'ES256', { ...ec, key_ops: withHole }, /must be a list of names$/],
    [
      'an ext that is no boolean',
      'ES256',
      { ...ec, ext: 'false' },
      /"ext" of the JWK must be true or false$/,
    ],
    [
      'a secret with such an ext',
      'A256KW',
      { ...oct, ext: 'true' },
      /"ext" of the JWK must be true or false$/,
    ],
    ['key_ops with an empty name', 'ES256', { ...ec, key_ops: ['sign', ''] }, /must be a list of names$/],
    ['key_ops that are doubled', 'ES256', { ...ec, key_ops: ['sign', 'sign'] }, /names an operation twice/],
    [
      'key_ops of another word twice',
      'ES256',
      { ...ec, key_ops: ['sign', 'x', 'x'] },
      /names an operation twice/,
    ],
    ['deriveBits for RSA', 'RSA-OAEP-256', { ...rsaJwk, key_ops: ['deriveBits'] }, /allows no operation/],
    ['deriveBits for AES', 'A256KW', { ...oct, key_ops: ['deriveBits'] }, /allows no operation/],
    ['encrypt for agreement', 'ECDH-ES', { ...ec, key_ops: ['encrypt', 'decrypt'] }, /allows no operation/],
    ['sign for AES', 'A256KW', { ...oct, key_ops: ['sign', 'verify'] }, /allows no operation/],
    [
      'a kid that is no text',
      'ES256',
      { ...ec, kid: 5 },
      /^kid: must be a non-empty string of well-formed Unicode$/,
    ],
    ['an empty kid', 'ES256', { ...ec, kid: '' }, /^kid: must be a non-empty string of well-formed Unicode$/],
  ])('may not be %s', async (_, alg, jwk, message) => {
    const refusal = importKey(untyped(jwk), { alg })
    await expect(refusal).rejects.toThrow(TypeError)
    await expect(refusal).rejects.toThrow(message)
  })

  test.each([true, false])('may be ext: %s, which has no effect', async (ext) => {
    await expect(importKey({ ...ec, ext }, { alg: 'ES256' })).resolves.toMatchObject({ type: 'private' })
  })

  test('limits the operations of the key', async () => {
    const signs = await importKey({ ...ec, key_ops: ['sign'] }, { alg: 'ES256' })
    const verifies = await importKey({ ...ec, key_ops: ['verify'] }, { alg: 'ES256' })
    const token = await signJws(new Uint8Array(1), { algorithm: 'ES256', key: signs })
    await verifyJws(token, { algorithms: ['ES256'], keys: verifies })
    await expect(verifyJws(token, { algorithms: ['ES256'], keys: signs })).rejects.toThrow(
      /^keys: no key given can verify with ES256; pass the public key/,
    )
    await expect(signJws(new Uint8Array(1), { algorithm: 'ES256', key: verifies })).rejects.toThrow(
      /^key: no key given can sign with ES256; pass a private key/,
    )
  })
})

test('reads each member of a JWK once: what was checked is what is used', async () => {
  const reads = new Map<PropertyKey, number>()
  const jwk = new Proxy(jwkOf(privateObject('ec-P-256')), {
    get(target, name) {
      reads.set(name, (reads.get(name) ?? 0) + 1)
      return Reflect.get(target, name)
    },
  })
  await expect(importKey(jwk, { alg: 'ES256' })).resolves.toMatchObject({ type: 'private' })
  for (const name of Object.keys(jwk)) expect(reads.get(name)).toBe(1)
})

test.each([['yes'], [1], [0], [null]])('refuses extractable: %j', async (extractable) => {
  const options = { alg: 'HS256', extractable: untyped(extractable) } as const
  await expect(importKey(bytes(32), options)).rejects.toThrow(/^extractable: must be true or false$/)
  await expect(importKey(bytes(32), { ...options, extractable: false })).resolves.toBeDefined()
})

describe('refuses a JWK', () => {
  const ec = jwkOf(privateObject('ec-P-256'))
  const ecPublic = jwkOf(publicObject('ec-P-256'))
  const okp = jwkOf(privateObject('ed25519'))
  const rsaJwk = jwkOf(publicObject('rsa'))
  const b64 = (hex: string): string => Buffer.from(hex, 'hex').toString('base64url')

  test.each<[string, Algorithm, object, RegExp]>([
    ['that is empty', 'ES256', {}, /needs a key of type EC$/],
    ['that is a list', 'ES256', [], /needs a key of type EC$/],
    ['of another kty', 'ES256', { ...ec, kty: 'OKP' }, /needs a key of type EC$/],
    ['of kty oct with a curve', 'ES256', { ...ec, kty: 'oct' }, /needs a key of type EC$/],
    ['of a kty as a list', 'ES256', { ...ec, kty: ['EC'] }, /needs a key of type EC$/],
    ['on another curve', 'ES256', { ...ec, crv: 'P-384' }, /needs a key on P-256$/],
    ['without a curve', 'ES256', { kty: 'EC', x: ec.x, y: ec.y }, /needs a key on P-256$/],
    ['of Ed448', 'EdDSA', { ...okp, crv: 'Ed448' }, /needs a key on Ed25519$/],
    ['of Ed25519 for agreement', 'ECDH-ES', okp, /needs a key on P-256, P-384, P-521, X25519$/],
    ['of X25519 and EC', 'ECDH-ES', { ...ec, crv: 'X25519' }, /needs a key on/],
    ['of P-256 and OKP', 'ECDH-ES', { ...ec, kty: 'OKP' }, /needs a key on/],
    [
      'without x',
      'ES256',
      { ...ec, x: undefined },
      /"x" of the JWK must be 32 bytes, base64url without padding$/,
    ],
    ['without y', 'ES256', { ...ec, y: undefined }, /"y" of the JWK must be 32 bytes/],
    ['with x as a number', 'ES256', { ...ec, x: 5 }, /"x" of the JWK/],
    ['with x padded', 'ES256', { ...ec, x: `${ec.x}=` }, /"x" of the JWK/],
    ['with x short', 'ES256', { ...ec, x: `${ec.x}`.slice(4) }, /"x" of the JWK/],
    ['with x long', 'ES256', { ...ec, x: `AAAA${ec.x}` }, /"x" of the JWK/],
    ['off its curve', 'ES256', { ...ecPublic, y: ecPublic.x }, /^key: not a valid key for ES256$/],
    [
      'at the origin',
      'ES256',
      { ...ecPublic, x: 'A'.repeat(43), y: 'A'.repeat(43) },
      /not a valid key for ES256$/,
    ],
    [
      'of small order',
      'ECDH-ES',
      { kty: 'OKP', crv: 'X25519', x: 'A'.repeat(43) },
      /^key: a public key of small order provides no security; generate a new key$/,
    ],
    ['whose halves differ', 'ES256', { ...ec, d: `${ec.x}` }, /not a valid key for ES256/],
    [
      'of RSA whose halves differ',
      'RS256',
      { ...jwkOf(privateObject('rsa')), n: `${jwkOf(publicObject('rsa')).n}`.replace(/^..../, 'wAAA') },
      /not a valid key for RS256/,
    ],
    ['whose d is no text', 'ES256', { ...ec, d: 5 }, /not a valid key for ES256$/],
    ['without n', 'RS256', { ...rsaJwk, n: undefined }, /lacks a valid "n" or "e"$/],
    ['without e', 'RS256', { ...rsaJwk, e: undefined }, /lacks a valid "n" or "e"$/],
    ['with n padded', 'RS256', { ...rsaJwk, n: `${rsaJwk.n}==` }, /lacks a valid "n" or "e"$/],
    ['of 1024 bits', 'RS256', jwkOf(publicObject('weak-rsa')), /2048 to 16384 bits, not 1024/],
    [
      'of 1024 bits behind zeros',
      'RS256',
      { ...rsaJwk, n: b64('00'.repeat(128) + 'ff'.repeat(128)) },
      /not 1024/,
    ],
    ['of 2047 bits', 'RS256', { ...rsaJwk, n: b64(`7f${'ff'.repeat(255)}`) }, /not 2047/],
    ['of 16392 bits', 'RS256', { ...rsaJwk, n: b64('ff'.repeat(2049)) }, /not 16392/],
    ['of no bits', 'RS256', { ...rsaJwk, n: b64('00'.repeat(256)) }, /not 0/],
    ['with exponent 1', 'RS256', { ...rsaJwk, e: 'AQ' }, /exponent must be odd and at least 3$/],
    [
      'with exponent 1 behind zeros',
      'RS256',
      { ...rsaJwk, e: 'AAAB' },
      /exponent must be odd and at least 3$/,
    ],
    ['with exponent 0', 'RS256', { ...rsaJwk, e: 'AA' }, /exponent must be odd/],
    ['with an empty exponent', 'RS256', { ...rsaJwk, e: '' }, /exponent must be odd/],
    ['with an even modulus', 'RS256', { ...rsaJwk, n: b64(`${'ff'.repeat(255)}fe`) }, /modulus must be odd$/],
    [
      'with an exponent of 257 bits',
      'RS256',
      { ...rsaJwk, e: b64(`01${'00'.repeat(31)}01`) },
      /^key: the RSA exponent must have at most 256 bits$/,
    ],
    ['with an even exponent', 'RS256', { ...rsaJwk, e: 'AQAA' }, /exponent must be odd/],
    ['of many primes', 'RS256', { ...jwkOf(privateObject('rsa')), oth: [] }, /more than two primes/],
    ['of a secret without k', 'HS256', { kty: 'oct' }, /"k" of the JWK must be base64url without padding$/],
    ['of a secret padded', 'A128KW', { kty: 'oct', k: `${'A'.repeat(22)}==` }, /"k" of the JWK/],
    ['of a secret as a number', 'HS256', { kty: 'oct', k: 5 }, /"k" of the JWK/],
    [
      'of a secret too short',
      'HS256',
      { kty: 'oct', k: 'AAAA' },
      /^secret: HS256 needs at least 32 bytes, not 3/,
    ],
  ])('%s', async (_, alg, jwk, message) => {
    const refusal = importKey(untyped(jwk), { alg })
    await expect(refusal).rejects.toThrow(TypeError)
    await expect(refusal).rejects.toThrow(message)
  })

  test('but accepts the largest modulus and exponent', async () => {
    const largest = { kty: 'RSA', e: 'AQAB', n: b64('ff'.repeat(2048)) }
    expect(await importKey(largest, { alg: 'RS256' })).toMatchObject({ type: 'public' })
    const long = { ...rsaJwk, e: b64('ff'.repeat(32)) }
    expect(await importKey(long, { alg: 'RS256' })).toMatchObject({ type: 'public' })
  })

  test('but accepts exponent 3, and 2048 bits behind a zero', async () => {
    const n = b64(`00${Buffer.from(`${rsaJwk.n}`, 'base64url').toString('hex')}`)
    expect(await importKey({ ...rsaJwk, e: 'Aw' }, { alg: 'RS256' })).toMatchObject({ type: 'public' })
    expect(await importKey({ kty: 'RSA', e: 'AQAB', n }, { alg: 'RS256' })).toMatchObject({ type: 'public' })
  })
})

describe('options', () => {
  const secret = bytes(32)

  test.each<[string, object, RegExp]>([
    ['without alg', {}, /^alg: must be one of HS256, /],
    ['with an alg nobody knows', { alg: 'HS1' }, /^alg: must be one of HS256, .*dir$/],
    ['with an alg that Object has', { alg: 'constructor' }, /^alg: must be one of/],
    ['with alg as a list', { alg: ['HS256'] }, /^alg: must be one of/],
    ['with none', { alg: 'none' }, /^alg: "none" is refused: an unsecured JWT is not authenticated/],
    ['with RSA1_5', { alg: 'RSA1_5' }, /^alg: "RSA1_5" is refused: .*use RSA-OAEP-256$/],
    ['with PBES2', { alg: 'PBES2-HS256+A128KW' }, /^alg: "PBES2-HS256\+A128KW" is refused: .*use deriveKey/],
    ['with use of another kind', { alg: 'HS256', use: 'enc' }, /^use: HS256 is for "sig"$/],
    [
      'with an empty kid',
      { alg: 'HS256', kid: '' },
      /^kid: must be a non-empty string of well-formed Unicode$/,
    ],
    [
      'with half a character for a kid',
      { alg: 'HS256', kid: '\ud800' },
      /^kid: must be a non-empty string .* well-formed/,
    ],
    [
      'with a kid that is no text',
      { alg: 'HS256', kid: 1 },
      /^kid: must be a non-empty string of well-formed Unicode$/,
    ],
    ['with dir alone', { alg: 'dir' }, /^enc: required with dir, one of A128GCM, .*A256CBC-HS512$/],
    ['with dir and an enc nobody knows', { alg: 'dir', enc: 'A512GCM' }, /^enc: must be one of A128GCM/],
    [
      'with enc for signatures',
      { alg: 'HS256', enc: 'A256GCM' },
      /^enc: remove it, HS256 is a signature algorithm$/,
    ],
    [
      'with a misspelt option',
      { alg: 'HS256', Kid: '1' },
      /^importKey: has no option "Kid"; it accepts alg, kid/,
    ],
    ['that are a list', ['HS256'], /^importKey: must be an object/],
    [
      'with dir, enc and another length',
      { alg: 'dir', enc: 'A256CBC-HS512' },
      /dir with A256CBC-HS512 needs exactly 64/,
    ],
  ])('%s', async (_, options, message) => {
    const refusal = importKey(secret, untyped(options))
    await expect(refusal).rejects.toThrow(TypeError)
    await expect(refusal).rejects.toThrow(message)
  })

  test.each<object>([
    { alg: 'HS256' },
    { alg: 'HS256', use: 'sig', kid: '1' },
    { alg: 'dir', enc: 'A256GCM' },
    { alg: 'dir', enc: 'A128CBC-HS256', use: 'enc' },
    { alg: 'A256KW', enc: 'A128GCM' },
  ])('%j', async (options) => {
    expect(await importKey(secret, untyped(options))).toMatchObject(options)
  })

  test.each([[undefined], [null], [5], [true], [() => {}]])('material %s', async (material) => {
    await expect(importKey(untyped(material), { alg: 'HS256' })).rejects.toThrow(
      'key: must be PEM text, bytes, a JWK, a KeyObject or a CryptoKey',
    )
  })
})

test('accepts a KeyObject bound to RSASSA-PSS for PS256, and for nothing else', async () => {
  const bound = createPrivateKey(pem('rsa-pss.pkcs8'))
  expect(await importKey(bound, { alg: 'PS256' })).toMatchObject({ alg: 'PS256', type: 'private' })
  await expect(importKey(bound, { alg: 'RS256' })).rejects.toThrow(
    /RSASSA-PSS key, which is only for PS256, PS384/,
  )
  await expect(importKey(bound, { alg: 'RSA-OAEP-256' })).rejects.toThrow(
    /RSASSA-PSS key, which is only for PS256/,
  )
})

test.each(pairs.filter((alg) => !algorithms[alg].kty.includes('AKP')))(
  '%s: accepts KeyObjects that export an alg and members without a value, as on workerd',
  async (alg) => {
    const [name, use] = [`${pemNameFor(alg)}`, useOf(alg)]
    const exported = { oth: undefined, key_ops: undefined, ...jwkOf(privateObject(name)), alg: 'RSA1_5' }
    const keyObject = untyped({ export: () => exported })
    expect(await importKey(keyObject, { alg })).toMatchObject({ alg, use, type: 'private' })
    await expect(importKey(untyped(exported), { alg })).rejects.toThrow(/the "alg" of the JWK is not/)
  },
)

test.each(pairs.filter((alg) => pemNameFor(alg) !== 'rsa'))('%s refuses a KeyObject of RSA', async (alg) => {
  await expect(importKey(publicObject('rsa'), { alg })).rejects.toThrow(`key: ${alg} needs a key of type`)
  expect(await testKey(alg)).toMatchObject({ alg })
})

/** RFC 7520 §5.6.1 names its key so. */
test('a JWK whose alg is an enc is for dir with that enc', async () => {
  const jwk = { kty: 'oct', k: Buffer.from(bytes(16)).toString('base64url'), alg: 'A128GCM' }
  expect(await importKey(jwk, { alg: 'dir', enc: 'A128GCM' })).toMatchObject({ alg: 'dir', enc: 'A128GCM' })
  for (const options of [{ alg: 'A128KW' }, { alg: 'A128KW', enc: 'A128GCM' }] as const) {
    await expect(importKey(jwk, options)).rejects.toThrow('the "alg" of the JWK is not A128KW')
  }
  const other = { ...jwk, k: Buffer.from(bytes(32)).toString('base64url') }
  await expect(importKey(other, { alg: 'dir', enc: 'A256GCM' })).rejects.toThrow(
    'the "alg" of the JWK is not dir',
  )
})

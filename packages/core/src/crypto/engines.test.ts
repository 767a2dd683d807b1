import { exportJWK, generateKeyPair, type JWK } from 'jose'
import { describe, expect, test } from 'vitest'
import { runtimeSignatureAlgorithms } from '../../test-kit/runtime-algorithms.js'
import { publicMembersOf } from '../keys/jwk.js'
import {
  type Algorithm,
  contentEncryptionAlgorithms,
  isContentEncryptionAlgorithm,
  isKeyManagementAlgorithm,
  isSignatureAlgorithm,
  keyManagementAlgorithms,
  signatureAlgorithms,
} from './algorithms.js'
import { engine as bun } from './bun.js'
import { engine as deno } from './deno.js'
import type { CryptoEngine, JweParts, KeyOperations } from './engine.js'
import { concatKdf, otherInfo } from './node/key-agreement.js'
import { engine as node } from './node.js'
import { engine as web } from './web.js'

const engines = { node, web, bun, deno }
const pairs = [
  ['node', 'web'],
  ['web', 'node'],
  ['node', 'node'],
] as const
const denoPairs = [
  ['deno', 'web'],
  ['web', 'deno'],
] as const
/** Except for signatures, Bun uses the implementation for Node. */
const signaturePairs = [...pairs, ...denoPairs, ['bun', 'web'], ['web', 'bun']] as const

const signing = runtimeSignatureAlgorithms
const wrapping = Object.keys(keyManagementAlgorithms).filter(isKeyManagementAlgorithm)
const encs = Object.keys(contentEncryptionAlgorithms).filter(isContentEncryptionAlgorithm)

async function privateJwk(alg: Algorithm, crv?: string): Promise<JWK> {
  const options = { extractable: true, ...(crv !== undefined && { crv }) }
  return exportJWK((await generateKeyPair(alg, options)).privateKey)
}

/** Shared, because generating one takes longer than all tests that use it. */
const rsaJwk = privateJwk('RS256').then(({ alg: _, ...jwk }) => jwk)

/** The same key, prepared by every engine. */
async function prepared(
  alg: Algorithm,
  secretBytes: number,
  crv?: string,
): Promise<Record<keyof typeof engines, KeyOperations>> {
  const kty = isSignatureAlgorithm(alg) ? signatureAlgorithms[alg].kty : keyManagementAlgorithms[alg].kty
  if (kty.some((type) => type === 'oct')) {
    const secret = crypto.getRandomValues(new Uint8Array(secretBytes))
    const imported = (engine: CryptoEngine) => engine.importSecret(secret, alg)
    return { node: imported(node), web: imported(web), bun: imported(bun), deno: imported(deno) }
  }
  const jwk = kty.includes('RSA') ? await rsaJwk : await privateJwk(alg, crv)
  const publicKey = publicMembersOf(jwk)
  const imported = (engine: CryptoEngine) => engine.importKeyPair({ publicKey, privateKey: jwk }, alg)
  return {
    node: await imported(node),
    web: await imported(web),
    bun: await imported(bun),
    deno: await imported(deno),
  }
}

function partsOf(jwe: string): JweParts {
  const [protectedSegment = '', ...segments] = jwe.split('.')
  const [encryptedKey, iv, ciphertext, tag] = segments.map((segment) => node.decodeBase64url(segment))
  const protectedHeader = JSON.parse(Buffer.from(protectedSegment, 'base64url').toString())
  if (!encryptedKey || !iv || !ciphertext || !tag) throw new Error('not canonical base64url')
  return {
    protectedSegment,
    protectedHeader,
    contentEncryption: protectedHeader.enc,
    encryptedKey,
    iv,
    ciphertext,
    tag,
  }
}

const changed = (bytes: Uint8Array): Uint8Array =>
  bytes.map((byte, i) => (i === bytes.length - 1 ? byte ^ 1 : byte))

describe.each(signing)('%s', (alg) => {
  test.each(signaturePairs)('signed by %s, verified by %s', async (signer, verifier) => {
    const key = await prepared(alg, 64)
    const signature = await key[signer].sign?.('header.payload')
    if (signature === undefined) throw new Error('cannot sign')
    expect(await key[verifier].verify?.('header.payload', signature)).toBe(true)
    expect(await key[verifier].verify?.('header.payloaD', signature)).toBe(false)
    const bytes = Buffer.from(signature, 'base64url')
    for (const other of [changed(bytes), bytes.subarray(1), Buffer.alloc(bytes.length), Buffer.alloc(0)]) {
      const text = Buffer.from(other).toString('base64url')
      expect(await key[verifier].verify?.('header.payload', text)).toBe(false)
    }
    for (const text of [`${signature}=`, ` ${signature}`, `${signature}\n`, `${signature}.`]) {
      expect(await key[verifier].verify?.('header.payload', text)).toBe(false)
    }
  })
})

describe.each(['RS256', 'PS256'] as const)('%s: a signature that begins with a zero byte', (alg) => {
  // OpenSSL accepts a PSS signature without it, but RFC 8017 §8.1.2 and §8.2.2 require the length of the modulus.
  test.each(['node', 'web'] as const)('is refused without it by %s', async (verifier) => {
    const key = await prepared(alg, 0)
    let signature = 'none'
    let input = ''
    // One signature in 256 starts with a zero byte.
    for (let i = 0; Buffer.from(signature, 'base64url')[0] !== 0; i++) {
      if (i > 3_000) throw new Error('no signature begins with a zero byte')
      input = `header.${i}`
      signature = (await key.node.sign?.(input)) ?? 'none'
    }
    expect(await key[verifier].verify?.(input, signature)).toBe(true)
    const shortened = Buffer.from(signature, 'base64url').subarray(1).toString('base64url')
    expect(await key[verifier].verify?.(input, shortened)).toBe(false)
  })
})

describe.each(['RSA-OAEP', 'RSA-OAEP-256'] as const)(
  '%s: an encrypted key that begins with a zero byte',
  (alg) => {
    // OpenSSL accepts this without it too, but RFC 8017 §7.1.2 requires the length of the modulus.
    test.each(['node', 'web'] as const)('is refused without it by %s', async (decrypter) => {
      const key = await prepared(alg, 0)
      let parts: JweParts | undefined
      for (let i = 0; parts?.encryptedKey[0] !== 0; i++) {
        if (i > 3_000) throw new Error('no encrypted key begins with a zero byte')
        parts = partsOf((await key.node.encrypt?.(plaintext, { alg, enc: 'A256GCM' })) ?? '')
      }
      const { encryptedKey } = parts
      expect(new Uint8Array((await key[decrypter].decrypt?.(parts)) ?? [])).toEqual(plaintext)
      const shortened = { ...parts, encryptedKey: encryptedKey.subarray(1) }
      await expect(async () => key[decrypter].decrypt?.(shortened)).rejects.toThrow()
    })
  },
)

test.each([
  // About one signature in 128 has a half that starts with a zero byte, and three in four of ES512.
  ['ES256', 600],
  ['ES384', 600],
  ['ES512', 40],
] as const)('%s: numbers with leading zeros cross both ways', async (alg, count) => {
  const key = await prepared(alg, 0)
  for (let i = 0; i < count; i++) {
    const signature = await key.node.sign?.(`a.${i}`)
    if (signature === undefined) throw new Error('cannot sign')
    const bytes = Buffer.from(signature, 'base64url')
    const lead = [bytes[0], bytes[bytes.length / 2]]
    if (i > 20 && !lead.includes(0)) continue
    expect(await key.web.verify?.(`a.${i}`, signature)).toBe(true)
    expect(await key.node.verify?.(`a.${i}`, signature)).toBe(true)
  }
})

test.each(signing)('%s: concurrent verifications return their own results', async (alg) => {
  const key = await prepared(alg, 64)
  const inputs = [1, 2, 3, 4, 5].map((i) => `header.${i}`)
  const signatures = await Promise.all(inputs.map(async (input) => (await key.node.sign?.(input)) ?? ''))
  for (const name of ['node', 'web', 'bun', 'deno'] as const) {
    const verified = inputs.flatMap((input, i) =>
      signatures.map(async (signature, j) => (await key[name].verify?.(input, signature)) === (i === j)),
    )
    expect(await Promise.all(verified), name).not.toContain(false)
  }
})

describe('concurrent operations with one private RSA key', () => {
  const atOnce = [1, 2, 3, 4, 5]

  test.each(['RS256', 'PS512'] as const)('return the same signatures: %s', async (alg) => {
    const key = await prepared(alg, 0)
    const inputs = atOnce.map((i) => `header.${i}`)
    const signatures = await Promise.all(inputs.map((input) => key.node.sign?.(input)))
    for (const [i, input] of inputs.entries()) {
      expect(await key.web.verify?.(input, signatures[i] ?? '')).toBe(true)
    }
  })

  test.each(['RSA-OAEP', 'RSA-OAEP-512'] as const)('decrypt and reject alike: %s', async (alg) => {
    const key = await prepared(alg, 0)
    const encrypted = await Promise.all(
      atOnce.map(async (i) =>
        partsOf((await key.web.encrypt?.(Buffer.of(i), { alg, enc: 'A256GCM' })) ?? ''),
      ),
    )
    const decrypted = await Promise.all(encrypted.map((parts) => key.node.decrypt?.(parts)))
    expect(decrypted.map((bytes) => bytes?.[0])).toEqual(atOnce)
    const altered = encrypted.map((parts) => ({ ...parts, encryptedKey: changed(parts.encryptedKey) }))
    const refused = await Promise.allSettled(altered.map(async (parts) => key.node.decrypt?.(parts)))
    expect(refused.map(({ status }) => status)).toEqual(atOnce.map(() => 'rejected'))
  })
})

const curvesOf = (alg: keyof typeof keyManagementAlgorithms) =>
  keyManagementAlgorithms[alg].curves ?? [undefined]
const encryptions = wrapping.flatMap((alg) =>
  encs.flatMap((enc) => curvesOf(alg).map((crv) => ({ alg, enc, crv }))),
)
const plaintext = new TextEncoder().encode('a letter')

/** What Deno's implementation chooses by the content encryption and the type of key, with one algorithm for each. */
const chosenOnDeno: readonly string[] = ['dir', 'A192GCMKW', 'RSA-OAEP', 'ECDH-ES']
const pairsOf = ({ alg, crv }: (typeof encryptions)[number]) =>
  chosenOnDeno.includes(alg) && crv === curvesOf(alg)[0] ? [...pairs, ...denoPairs] : pairs

async function encrypted({ alg, enc, crv }: (typeof encryptions)[number]) {
  const bytes = keyManagementAlgorithms[alg].wrappingBytes ?? contentEncryptionAlgorithms[enc].keyBytes
  const key = await prepared(alg, bytes, crv)
  const encryptBy = async (name: keyof typeof engines): Promise<JweParts> => {
    const jwe = await key[name].encrypt?.(plaintext, { alg, enc, apu: 'QWxpY2U', apv: 'Qm9i' })
    if (jwe === undefined) throw new Error('cannot encrypt')
    return partsOf(jwe)
  }
  return { key, encryptBy }
}

test.each(encryptions)('$alg $enc $crv: each engine decrypts what the other encrypts', async (row) => {
  const { key, encryptBy } = await encrypted(row)
  for (const [encrypter, decrypter] of pairsOf(row)) {
    const parts = await encryptBy(encrypter)
    expect(new Uint8Array((await key[decrypter].decrypt?.(parts)) ?? [])).toEqual(plaintext)
  }
})

// What is altered here has nothing to do with the curve: the first stands for all.
test.each(encryptions.filter(({ alg, crv }) => crv === curvesOf(alg)[0]))(
  '$alg $enc: no engine decrypts what was altered',
  async (row) => {
    const { key, encryptBy } = await encrypted(row)
    for (const [encrypter, decrypter] of pairsOf(row)) {
      const parts = await encryptBy(encrypter)
      const altered = [
        { ...parts, tag: changed(parts.tag) },
        { ...parts, iv: changed(parts.iv) },
        { ...parts, ciphertext: changed(parts.ciphertext) },
        { ...parts, protectedSegment: `${parts.protectedSegment}A` },
        ...(parts.encryptedKey.length > 0 ? [{ ...parts, encryptedKey: changed(parts.encryptedKey) }] : []),
      ]
      for (const each of altered) await expect(async () => key[decrypter].decrypt?.(each)).rejects.toThrow()
    }
  },
)

describe('a CryptoKey', () => {
  const input = 'header.payload'

  test.each(signaturePairs)('that signs by %s verifies by %s', async (signer, verifier) => {
    const { subtle } = crypto
    const pair = await subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify'])
    const { sign } = await engines[signer].importKeyPair({ ...pair, publicKey: undefined }, 'ES256')
    const { verify } = await engines[verifier].importKeyPair({ ...pair, privateKey: undefined }, 'ES256')
    const signature = String(await sign?.(input))
    expect(await verify?.(input, signature)).toBe(true)
    expect(await verify?.(`${input}s`, signature)).toBe(false)
  })

  test.each(pairs)('that is a secret authenticates by %s and by %s', async (signer, verifier) => {
    const bytes = crypto.getRandomValues(new Uint8Array(32))
    const usages = ['sign', 'verify'] as const
    const hmac = { name: 'HMAC', hash: 'SHA-256' }
    const secret = await crypto.subtle.importKey('raw', bytes, hmac, false, [...usages])
    const signature = String(await engines[signer].importSecret(secret, 'HS256').sign?.(input))
    expect(await engines[verifier].importSecret(bytes, 'HS256').verify?.(input, signature)).toBe(true)
    expect(await engines[verifier].importSecret(secret, 'HS256').verify?.(`${input}s`, signature)).toBe(false)
  })
})

/** A token from an attacker who knows the agreed secret without any key: all zeros, as with points of low order. */
function sealedWithKnownSecret(epk: object): JweParts {
  const cek = concatKdf(new Uint8Array(32), otherInfo('A128GCM', new Uint8Array(), new Uint8Array(), 16), 16)
  const { encrypt } = node.importSecret(cek, 'dir')
  return partsOf(String(encrypt?.(plaintext, { alg: 'ECDH-ES', enc: 'A128GCM', epk })))
}

const coordinate = (first: number): string =>
  node.encodeBase64url(Uint8Array.from({ length: 32 }, (_, i) => (i === 0 ? first : 0)))

test.each([
  ['X25519: zero', 'X25519', { kty: 'OKP', crv: 'X25519', x: coordinate(0) }],
  ['X25519: one', 'X25519', { kty: 'OKP', crv: 'X25519', x: coordinate(1) }],
  ['P-256: off the curve', 'P-256', { kty: 'EC', crv: 'P-256', x: coordinate(1), y: coordinate(1) }],
  ['P-256: zero', 'P-256', { kty: 'EC', crv: 'P-256', x: coordinate(0), y: coordinate(0) }],
  ['another curve', 'P-256', { kty: 'OKP', crv: 'X25519', x: coordinate(9) }],
])('both engines reject an epk: %s', async (_title, crv, epk) => {
  const key = await prepared('ECDH-ES', 0, crv)
  const parts = sealedWithKnownSecret(epk)
  for (const name of ['node', 'web'] as const) {
    await expect(async () => key[name].decrypt?.(parts), name).rejects.toThrow()
    const honest = partsOf(String(await key[name].encrypt?.(plaintext, { alg: 'ECDH-ES', enc: 'A128GCM' })))
    expect(new Uint8Array((await key[name].decrypt?.(honest)) ?? [])).toEqual(plaintext)
  }
})

test('PS256: a salt of another length than the hash is refused', async () => {
  const { generateKeyPairSync, sign, constants } = await import('node:crypto')
  const pair = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  const { createPublicKey } = await import('node:crypto')
  const publicKey = createPublicKey(pair.publicKey).export({ format: 'jwk' }) as JWK
  for (const engine of Object.values(engines)) {
    const { verify } = await engine.importKeyPair({ publicKey, privateKey: undefined }, 'PS256')
    for (const [saltLength, valid] of [
      [32, true],
      [20, false],
      [48, false],
      [0, false],
    ] as const) {
      const padding = constants.RSA_PKCS1_PSS_PADDING
      const signature = sign('sha256', Buffer.from('a.b'), { key: pair.privateKey, padding, saltLength })
      const text = signature.toString('base64url')
      expect(await verify?.('a.b', text), `salt of ${saltLength}`).toBe(valid)
    }
  }
})

const spellings: readonly (readonly [title: string, text: string, valid: boolean])[] = [
  ['nothing', '', true],
  ['one byte', 'QQ', true],
  ['two bytes', 'QUI', true],
  ['three bytes', 'QUJD', true],
  ['both special characters', '-_-_', true],
  ['one character too many', 'QUJDQ', false],
  ['unused bits set, one byte', 'QR', false],
  ['unused bits set, two bytes', 'QUJ', false],
  ['padding', 'QQ==', false],
  ['padding of one', 'QUI=', false],
  ['plus', 'QUJ+', false],
  ['slash', 'QUJ/', false],
  ['space', 'QU JD', false],
  ['space that keeps the length', 'QUJ ', false],
  ['line break', 'QUJD\n', false],
  ['dot', 'QU.D', false],
  ['a letter whose low byte is one of the alphabet', 'ŁUJD', false],
  ['four of them', 'ŁłŃń', false],
  ['zero byte', 'QUJ\0', false],
  ['emoji', 'QU😀', false],
]
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

describe.each(Object.entries(engines))('base64url by %s', (_, engine) => {
  test.each(spellings)('%s', (_title, text, valid) => {
    expect(engine.decodeBase64url(text) !== undefined).toBe(valid)
  })

  test('one character too many, whichever it is', () => {
    for (const character of alphabet) {
      expect(engine.decodeBase64url(character)).toBeUndefined()
      expect(engine.decodeBase64url(`QUJD${character}`)).toBeUndefined()
    }
  })

  test('bytes cross both ways, and so does text', () => {
    for (const text of ['', '{"a":1}', 'é', '😀', '\ufeff{}', 'a'.repeat(40_000)]) {
      const encoded = Buffer.from(text).toString('base64url')
      expect(engine.encodeBase64url(text)).toBe(encoded)
      expect(engine.encodeBase64url(Buffer.from(text))).toBe(encoded)
      expect(Buffer.from(engine.decodeBase64url(encoded) ?? []).toString()).toBe(text)
      expect(engine.decodeBase64urlText(encoded)).toBe(text)
    }
  })

  test.each([
    ['padding', 'e30='],
    ['unused bits set', 'e31'],
    ['another alphabet', 'e3+/'],
    ['a lone continuation', 'gA'],
    ['an overlong slash', 'wK8'],
    ['a surrogate half', '7aCA'],
  ])('no text in it: %s', (_title, text) => {
    expect(engine.decodeBase64urlText(text)).toBeUndefined()
    expect(engine.decodeBase64urlText('e30')).toBe('{}')
  })
})

describe.each(Object.entries(engines))('UTF-8 by %s', (_, engine) => {
  test.each([
    ['ASCII', [0x7b, 0x7d], '{}'],
    ['two bytes', [0xc3, 0xa9], 'é'],
    ['four bytes', [0xf0, 0x9f, 0x98, 0x80], '😀'],
    ['byte order mark is kept', [0xef, 0xbb, 0xbf, 0x7b], '\ufeff{'],
    ['a lone continuation', [0x80], undefined],
    ['overlong', [0xc0, 0xaf], undefined],
    ['surrogate half', [0xed, 0xa0, 0x80], undefined],
    ['cut off', [0xf0, 0x9f, 0x98], undefined],
    ['beyond Unicode', [0xf4, 0x90, 0x80, 0x80], undefined],
  ])('%s', (_title, bytes, text) => {
    expect(engine.decodeUtf8(Uint8Array.from(bytes))).toBe(text)
  })
})

test.each(Object.entries(engines))('%s hashes with SHA-256', async (_, engine) => {
  // The example of RFC 9449 §7.1.
  const token = 'Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU'
  expect(await engine.hash(token)).toBe('fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo')
  expect(await engine.hash(new TextEncoder().encode(token))).toBe(await engine.hash(token))
  expect(await engine.hash('é')).toBe(await engines.web.hash('\u00e9'))
})

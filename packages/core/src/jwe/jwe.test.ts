import { CompactEncrypt, compactDecrypt, importPKCS8, importSPKI } from 'jose'
import { describe, expect, test } from 'vitest'
import { type Content, handSeal, jsonOf, segment, withJson, withSegment } from '../../test-kit/hand-made.js'
import { bytes, pem, pemNameFor, testKey, testPublicKey } from '../../test-kit/test-keys.js'
import { untyped } from '../../test-kit/untyped.js'
import {
  type ContentEncryptionAlgorithm,
  contentEncryptionAlgorithms,
  isContentEncryptionAlgorithm,
  isKeyManagementAlgorithm,
  type KeyManagementAlgorithm,
  keyManagementAlgorithms,
} from '../crypto/algorithms.js'
import { generateKey } from '../keys/generate.js'
import type { Key } from '../keys/key.js'
import { decryptJwe } from './decrypt.js'
import { encryptJwe } from './encrypt.js'

const algorithms = Object.keys(keyManagementAlgorithms).filter(isKeyManagementAlgorithm)
const encs = Object.keys(contentEncryptionAlgorithms).filter(isContentEncryptionAlgorithm)
const agreementCurves = ['P-256', 'P-384', 'P-521', 'X25519']
const plaintext = new TextEncoder().encode('{"role":"user"}')

interface Row {
  readonly alg: KeyManagementAlgorithm
  readonly enc: ContentEncryptionAlgorithm
  readonly crv: string | undefined
}

const rows: readonly Row[] = algorithms.flatMap((alg) =>
  encs.flatMap((enc) =>
    (alg.startsWith('ECDH') ? agreementCurves : [undefined]).map((crv) => ({ alg, enc, crv })),
  ),
)

const optionsOf = ({ alg, enc, crv }: Row) => ({
  ...(crv !== undefined && { crv }),
  ...(alg === 'dir' && { enc }),
})
const isSymmetric = (alg: KeyManagementAlgorithm): boolean => pemNameFor(alg) === undefined

/** Importing a key of P-521 takes as long as a test. */
const imported = new Map<string, Promise<Key>>()
function keyOf(row: Row, make: typeof testKey): Promise<Key> {
  const name = `${make.name} ${row.alg} ${row.alg === 'dir' ? row.enc : row.crv}`
  const key = imported.get(name) ?? make(row.alg, optionsOf(row))
  imported.set(name, key)
  return key
}
const recipient = (row: Row): Promise<Key> => keyOf(row, isSymmetric(row.alg) ? testKey : testPublicKey)
const policyOf = async (row: Row) => ({
  keyManagement: [row.alg],
  contentEncryption: [row.enc],
  keys: await keyOf(row, testKey),
})

test.each(rows)('$alg + $enc $crv encrypts and decrypts', async (row) => {
  const token = await encryptJwe(plaintext, {
    keyManagement: row.alg,
    contentEncryption: row.enc,
    key: await recipient(row),
    protectedHeader: { typ: 'x', tenant: 'a' },
  })
  const decrypted = await decryptJwe(token, await policyOf(row))
  expect(decrypted.plaintext).toEqual(plaintext)
  expect(decrypted.protectedHeader).toMatchObject({ alg: row.alg, enc: row.enc, typ: 'x', tenant: 'a' })
  expect(decrypted.protectedHeader).toEqual(jsonOf(token, 0))
})

async function joseKeys({ alg, enc, crv }: Row) {
  const name = pemNameFor(alg, crv)
  if (name !== undefined) {
    return {
      encrypts: await importSPKI(pem(`${name}.spki`), alg),
      decrypts: await importPKCS8(pem(`${name}.pkcs8`), alg),
    }
  }
  const row = keyManagementAlgorithms[alg]
  const secret = bytes(row.wrappingBytes ?? contentEncryptionAlgorithms[enc].keyBytes)
  return { encrypts: secret, decrypts: secret }
}

// Each key management algorithm with one enc, and each enc with `dir`: the two are independent.
const interop = rows.filter(({ alg, enc }) => enc === 'A256GCM' || alg === 'dir')

test.each(interop)('$alg + $enc $crv is compatible with jose in both directions', async (row) => {
  const { encrypts, decrypts } = await joseKeys(row)
  const { alg, enc } = row
  const ours = await encryptJwe(plaintext, {
    keyManagement: alg,
    contentEncryption: enc,
    key: await recipient(row),
  })
  expect((await compactDecrypt(ours, decrypts)).plaintext).toEqual(plaintext)
  const theirs = await new CompactEncrypt(plaintext).setProtectedHeader({ alg, enc }).encrypt(encrypts)
  expect((await decryptJwe(theirs, await policyOf(row))).plaintext).toEqual(plaintext)
})

test.each(['ECDH-ES', 'ECDH-ES+A128KW'] as const)('%s reads apu and apv, and either alone', async (alg) => {
  const row = { alg, enc: 'A128GCM', crv: 'P-256' } as const
  const { encrypts } = await joseKeys(row)
  const [apu, apv] = [bytes(5), bytes(70)]
  // The first and the last name no parties: their cached values must not be used for the others.
  for (const parties of [{}, { apu }, { apv }, { apu, apv }, { apu: apv, apv: apu }, {}]) {
    const token = await new CompactEncrypt(plaintext)
      .setProtectedHeader({ alg, enc: 'A128GCM' })
      .setKeyManagementParameters(parties)
      .encrypt(encrypts)
    expect(Object.keys(jsonOf(token, 0))).toEqual(expect.arrayContaining(Object.keys(parties)))
    expect((await decryptJwe(token, await policyOf(row))).plaintext).toEqual(plaintext)
  }
})

test('the header contains the kid of the key and additional parameters', async () => {
  const options = { keyManagement: 'A256KW', contentEncryption: 'A256GCM' } as const
  const made = async (kid: string | undefined, protectedHeader = {}) => {
    const key = await testKey('A256KW', kid === undefined ? {} : { kid })
    return jsonOf(await encryptJwe(plaintext, { ...options, key, protectedHeader }), 0)
  }
  expect(await made('1')).toEqual({ alg: 'A256KW', enc: 'A256GCM', kid: '1' })
  expect(await made(undefined)).toEqual({ alg: 'A256KW', enc: 'A256GCM' })
  expect(await made('1', { kid: '2', cty: 'x' })).toEqual({
    alg: 'A256KW',
    enc: 'A256GCM',
    kid: '2',
    cty: 'x',
  })
})

/** Keys that count how often one is selected. */
function countedKeys(key: Key) {
  let selects = 0
  const keys = {
    generation: 0,
    select() {
      selects++
      return [key]
    },
  }
  return { keys, selects: () => selects }
}

test.each<[string, Row, selects: number]>([
  ['kept', { alg: 'dir', enc: 'A256GCM', crv: undefined }, 1],
  ['kept', { alg: 'A128KW', enc: 'A256GCM', crv: undefined }, 1],
  ['kept', { alg: 'RSA-OAEP-256', enc: 'A256GCM', crv: undefined }, 1],
  ['its own token’s, and pushes out no other', { alg: 'ECDH-ES', enc: 'A256GCM', crv: 'P-256' }, 4],
  ['its own token’s, and pushes out no other', { alg: 'ECDH-ES+A128KW', enc: 'A256GCM', crv: 'X25519' }, 4],
  ['its own token’s, and pushes out no other', { alg: 'A256GCMKW', enc: 'A256GCM', crv: undefined }, 4],
])('the key selected for a header is %s: $alg', async (_, row, selects) => {
  const { keys, selects: asked } = countedKeys(await testKey(row.alg, optionsOf(row)))
  const policy = { keyManagement: [row.alg], contentEncryption: [row.enc], keys }
  const encrypts = { keyManagement: row.alg, contentEncryption: row.enc, key: await recipient(row) }
  const [one, two] = [await encryptJwe(plaintext, encrypts), await encryptJwe(plaintext, encrypts)]
  for (const token of [one, two, one, two]) {
    expect((await decryptJwe(token, policy)).plaintext).toEqual(plaintext)
  }
  expect(asked()).toBe(selects)
})

const oneOfEach: readonly Row[] = [
  { alg: 'dir', enc: 'A256GCM', crv: undefined },
  { alg: 'dir', enc: 'A128CBC-HS256', crv: undefined },
  { alg: 'A128KW', enc: 'A128GCM', crv: undefined },
  { alg: 'A256GCMKW', enc: 'A192CBC-HS384', crv: undefined },
  { alg: 'RSA-OAEP-256', enc: 'A256GCM', crv: undefined },
  { alg: 'RSA-OAEP', enc: 'A256CBC-HS512', crv: undefined },
  { alg: 'ECDH-ES', enc: 'A192GCM', crv: 'X25519' },
  { alg: 'ECDH-ES+A192KW', enc: 'A256GCM', crv: 'P-521' },
]

const another = (letter: string): string => (letter === 'A' ? 'Q' : 'A')
const flipFirst = (text: string): string => another(text.slice(0, 1)) + text.slice(1)
const flipMiddle = (text: string): string => {
  const at = Math.floor(text.length / 2)
  return text.slice(0, at) + another(text.charAt(at)) + text.slice(at + 1)
}
const seal = async (row: Row): Promise<string> =>
  encryptJwe(plaintext, { keyManagement: row.alg, contentEncryption: row.enc, key: await recipient(row) })

describe.each(oneOfEach)('$alg + $enc', (row) => {
  const carriesKey = !['dir', 'ECDH-ES'].includes(row.alg)

  test.each<[string, (token: string) => string]>([
    [
      'an encrypted key changed, or one where it must be empty',
      (token) => withSegment(token, 1, (text) => (text ? flipMiddle(text) : 'AAAA')),
    ],
    ['an encrypted key of another length', (token) => withSegment(token, 1, (text) => `AAAA${text}`)],
    ['an IV changed', (token) => withSegment(token, 2, flipFirst)],
    ['no IV', (token) => withSegment(token, 2, () => '')],
    ['a short IV', (token) => withSegment(token, 2, (text) => text.slice(4))],
    ['a long IV', (token) => withSegment(token, 2, (text) => `AAAA${text}`)],
    ['a ciphertext changed', (token) => withSegment(token, 3, flipFirst)],
    [
      'its last bytes changed',
      (token) => withSegment(token, 3, (text) => text.slice(0, -4) + flipFirst(text.slice(-4))),
    ],
    ['no ciphertext', (token) => withSegment(token, 3, () => '')],
    ['a longer ciphertext', (token) => withSegment(token, 3, (text) => `AAAA${text}`)],
    ['a tag changed', (token) => withSegment(token, 4, flipFirst)],
    ['no tag', (token) => withSegment(token, 4, () => '')],
    ['a tag of 12 bytes', (token) => withSegment(token, 4, (text) => text.slice(0, 16))],
    ['a tag of 4 bytes', (token) => withSegment(token, 4, () => 'AAAAAA')],
    ['a long tag', (token) => withSegment(token, 4, (text) => `AAAA${text}`)],
    ['a padded IV', (token) => withSegment(token, 2, (text) => `${text}=`)],
    [
      'white space in the ciphertext',
      (token) => withSegment(token, 3, (text) => `${text.slice(0, 4)}\n${text.slice(4)}`),
    ],
    ['a padded tag', (token) => `${token}==`],
    ['a member more in the header', (token) => withJson(token, 0, { x: 1 })],
    [
      'white space in the header',
      (token) => withSegment(token, 0, (text) => segment(`${Buffer.from(text, 'base64url')} `)),
    ],
  ])('refuses a token with %s, always the same', async (_, change) => {
    const token = await seal(row)
    const policy = await policyOf(row)
    const refusal = decryptJwe(change(token), policy)
    await expect(refusal).rejects.toMatchObject({
      code: 'SB_INTEGRITY_FAILED',
      message: 'the signature, the authentication tag or the key is wrong',
      parameter: undefined,
    })
    await expect(refusal).rejects.not.toHaveProperty('cause')
    await expect(decryptJwe(token, policy)).resolves.toBeDefined()
  })

  test('rejects a token assembled from two', async () => {
    const [one, two] = [(await seal(row)).split('.'), (await seal(row)).split('.')]
    const policy = await policyOf(row)
    for (let i = 1; i < 5; i++) {
      const mixed = one.map((part, at) => (at === i ? two[at] : part)).join('.')
      if (mixed === one.join('.')) continue
      await expect(decryptJwe(mixed, policy)).rejects.toMatchObject({ code: 'SB_INTEGRITY_FAILED' })
    }
  })

  test('rejects a token for another recipient', async () => {
    const enc = row.alg === 'dir' ? { enc: row.enc } : {}
    const crv = row.crv === undefined ? {} : { crv: untyped(row.crv) }
    const otherKey = await generateKey(row.alg, { kid: '1', ...enc, ...crv })
    const token = await encryptJwe(plaintext, {
      keyManagement: row.alg,
      contentEncryption: row.enc,
      key: otherKey,
    })
    const own = { keyManagement: [row.alg], contentEncryption: [row.enc] }
    await expect(decryptJwe(token, { ...own, keys: otherKey })).resolves.toBeDefined()
    const keys = await testKey(row.alg, { kid: '1', ...optionsOf(row) })
    await expect(decryptJwe(token, { ...own, keys })).rejects.toMatchObject({ code: 'SB_INTEGRITY_FAILED' })
  })

  test('is different each time', async () => {
    const [one, two] = [(await seal(row)).split('.'), (await seal(row)).split('.')]
    expect(one[2]).not.toBe(two[2])
    expect(one[3]).not.toBe(two[3])
    if (carriesKey) expect(one[1]).not.toBe(two[1])
    else expect(one[1]).toBe('')
  })
})

test('dir + A256GCM', async () => {
  const own = bytes(32)
  const token = handSeal({ alg: 'dir', enc: 'A256GCM' }, plaintext, own)
  const policy = {
    keyManagement: ['dir'],
    contentEncryption: ['A256GCM'],
    keys: await testKey('dir'),
  } as const
  expect((await decryptJwe(token, policy)).plaintext).toEqual(plaintext)
  const foreign = handSeal({ alg: 'dir', enc: 'A256GCM' }, plaintext, bytes(32, 9))
  await expect(decryptJwe(foreign, policy)).rejects.toMatchObject({ code: 'SB_INTEGRITY_FAILED' })
})

describe('the algorithms', () => {
  const header = { alg: 'dir', enc: 'A256GCM' }
  const policy = async () =>
    ({
      keyManagement: ['dir', 'A256KW'],
      contentEncryption: ['A256GCM', 'A128GCM'],
      keys: await testKey('dir'),
    }) as const

  test.each<[string, Content, string]>([
    ['none', { alg: 'none', enc: 'A256GCM' }, 'SB_ALG_NOT_ALLOWED'],
    ['alg of another case', { alg: 'DIR', enc: 'A256GCM' }, 'SB_ALG_NOT_ALLOWED'],
    ['an alg not pinned', { alg: 'A128KW', enc: 'A256GCM' }, 'SB_ALG_NOT_ALLOWED'],
    ['an alg of signatures', { alg: 'HS256', enc: 'A256GCM' }, 'SB_ALG_NOT_ALLOWED'],
    ['RSA1_5', { alg: 'RSA1_5', enc: 'A256GCM' }, 'SB_ALG_NOT_ALLOWED'],
    [
      'PBES2 of 2³¹ rounds',
      { alg: 'PBES2-HS256+A128KW', enc: 'A256GCM', p2c: 2 ** 31, p2s: 'AAAA' },
      'SB_ALG_NOT_ALLOWED',
    ],
    ['constructor', { alg: 'constructor', enc: 'A256GCM' }, 'SB_ALG_NOT_ALLOWED'],
    ['no enc', { alg: 'dir' }, 'SB_ENC_NOT_ALLOWED'],
    ['an enc not pinned', { alg: 'dir', enc: 'A192GCM' }, 'SB_ENC_NOT_ALLOWED'],
    ['an unknown enc', { alg: 'dir', enc: 'A256CTR' }, 'SB_ENC_NOT_ALLOWED'],
    ['enc as toString', { alg: 'dir', enc: 'toString' }, 'SB_ENC_NOT_ALLOWED'],
    ['an enc as a list', { alg: 'dir', enc: ['A256GCM'] }, 'SB_HEADER_INVALID'],
    ['an enc the key is not for', { alg: 'dir', enc: 'A128GCM' }, 'SB_KEY_NOT_FOUND'],
    ['an alg the key is not for', { alg: 'A256KW', enc: 'A256GCM' }, 'SB_KEY_NOT_FOUND'],
    ['an unknown kid', { ...header, kid: '9' }, 'SB_INTEGRITY_FAILED'],
    ['zip', { ...header, zip: 'DEF' }, 'SB_HEADER_INVALID'],
    ['crit', { ...header, crit: ['zip'] }, 'SB_CRIT_UNSUPPORTED'],
    ['enc twice', '{"alg":"dir","enc":"A256GCM","enc":"A256GCM"}', 'SB_HEADER_INVALID'],
    ['enc twice by an escape', '{"alg":"dir","enc":"A256GCM","\\u0065nc":"A128GCM"}', 'SB_HEADER_INVALID'],
  ])('%s is refused', async (title, text, code) => {
    const secret = title.startsWith('an unknown kid') ? bytes(32, 9) : bytes(32)
    const token = handSeal(text, plaintext, secret)
    await expect(decryptJwe(token, await policy())).rejects.toMatchObject({ code })
    await expect(decryptJwe(handSeal(header, plaintext, bytes(32)), await policy())).resolves.toBeDefined()
  })
})

describe('the parameters of an agreement', () => {
  const row: Row = { alg: 'ECDH-ES', enc: 'A256GCM', crv: 'P-256' }
  const zeros = 'A'.repeat(43)

  test.each<[string, (epk: Record<string, unknown>) => object, string]>([
    ['no epk', () => ({ epk: undefined }), 'SB_HEADER_INVALID'],
    ['epk null', () => ({ epk: null }), 'SB_HEADER_INVALID'],
    ['epk as a list', (epk) => ({ epk: [epk] }), 'SB_HEADER_INVALID'],
    ['epk as text', (epk) => ({ epk: JSON.stringify(epk) }), 'SB_HEADER_INVALID'],
    ['an empty epk', () => ({ epk: {} }), 'SB_HEADER_INVALID'],
    ...['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'].map(
      (name): [string, (epk: Record<string, unknown>) => object, string] => [
        `an epk with the private member ${name}`,
        (epk) => ({ epk: { ...epk, [name]: zeros } }),
        'SB_HEADER_INVALID',
      ],
    ),
    ['an epk without kty', (epk) => ({ epk: { ...epk, kty: undefined } }), 'SB_HEADER_INVALID'],
    ['an epk of another kty', (epk) => ({ epk: { ...epk, kty: 'OKP' } }), 'SB_HEADER_INVALID'],
    ['an epk of no curve', (epk) => ({ epk: { ...epk, crv: undefined } }), 'SB_HEADER_INVALID'],
    ['an epk of an unknown curve', (epk) => ({ epk: { ...epk, crv: 'secp256k1' } }), 'SB_HEADER_INVALID'],
    [
      'an epk of a curve that Object has',
      (epk) => ({ epk: { ...epk, crv: 'constructor' } }),
      'SB_HEADER_INVALID',
    ],
    ['an epk without x', (epk) => ({ epk: { ...epk, x: undefined } }), 'SB_HEADER_INVALID'],
    ['an epk without y', (epk) => ({ epk: { ...epk, y: undefined } }), 'SB_HEADER_INVALID'],
    ['x as a number', (epk) => ({ epk: { ...epk, x: 5 } }), 'SB_HEADER_INVALID'],
    ['x padded', (epk) => ({ epk: { ...epk, x: `${String(epk['x'])}=` } }), 'SB_HEADER_INVALID'],
    ['x short', (epk) => ({ epk: { ...epk, x: 'AAAA' } }), 'SB_HEADER_INVALID'],
    ['apu as a number', () => ({ apu: 5 }), 'SB_HEADER_INVALID'],
    ['apu padded', () => ({ apu: 'AA==' }), 'SB_HEADER_INVALID'],
    ['apv as a list', () => ({ apv: ['AA'] }), 'SB_HEADER_INVALID'],
    ['apv null', () => ({ apv: null }), 'SB_HEADER_INVALID'],
    ['a point off its curve', (epk) => ({ epk: { ...epk, y: epk['x'] } }), 'SB_INTEGRITY_FAILED'],
    ['the point at the origin', (epk) => ({ epk: { ...epk, x: zeros, y: zeros } }), 'SB_INTEGRITY_FAILED'],
    [
      'a key on another curve',
      () => ({ epk: { kty: 'OKP', crv: 'X25519', x: zeros } }),
      'SB_INTEGRITY_FAILED',
    ],
    ['apu added', () => ({ apu: 'AAAA' }), 'SB_INTEGRITY_FAILED'],
  ])('%s is refused', async (_, change, code) => {
    const token = await seal(row)
    const { epk } = jsonOf(token, 0)
    // An object, as every token of this algorithm has it.
    const changed = withJson(token, 0, change(epk as Record<string, unknown>))
    await expect(decryptJwe(changed, await policyOf(row))).rejects.toMatchObject({ code })
    await expect(decryptJwe(token, await policyOf(row))).resolves.toBeDefined()
  })

  test.each([
    ['zero', '00'.repeat(32)],
    ['one', `01${'00'.repeat(31)}`],
    ['of order 8', 'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800'],
    ['of order 8, the other', '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157'],
    ['minus one', `ec${'ff'.repeat(30)}7f`],
  ])('an X25519 point of low order is refused: %s', async (_, hex) => {
    const x25519 = { ...row, crv: 'X25519' }
    const x = Buffer.from(hex, 'hex').toString('base64url')
    const changed = withJson(await seal(x25519), 0, { epk: { kty: 'OKP', crv: 'X25519', x } })
    await expect(decryptJwe(changed, await policyOf(x25519))).rejects.toMatchObject({
      code: 'SB_INTEGRITY_FAILED',
    })
  })
})

describe('the parameters of A256GCMKW', () => {
  const row: Row = { alg: 'A256GCMKW', enc: 'A256GCM', crv: undefined }

  test.each<[string, object, string]>([
    ['no iv', { iv: undefined }, 'SB_HEADER_INVALID'],
    ['iv as a number', { iv: 5 }, 'SB_HEADER_INVALID'],
    ['a short iv', { iv: 'AAAA' }, 'SB_HEADER_INVALID'],
    ['a long iv', { iv: 'A'.repeat(20) }, 'SB_HEADER_INVALID'],
    ['no tag', { tag: undefined }, 'SB_HEADER_INVALID'],
    ['a tag of 12 bytes', { tag: 'A'.repeat(16) }, 'SB_HEADER_INVALID'],
    ['a tag of 4 bytes', { tag: 'AAAAAA' }, 'SB_HEADER_INVALID'],
    ['another iv', { iv: 'A'.repeat(16) }, 'SB_INTEGRITY_FAILED'],
    ['another tag', { tag: 'A'.repeat(22) }, 'SB_INTEGRITY_FAILED'],
  ])('%s is refused', async (_, change, code) => {
    const token = await seal(row)
    await expect(decryptJwe(withJson(token, 0, change), await policyOf(row))).rejects.toMatchObject({ code })
    await expect(decryptJwe(token, await policyOf(row))).resolves.toBeDefined()
  })
})

describe('the form', () => {
  const good = handSeal({ alg: 'dir', enc: 'A256GCM' }, plaintext, bytes(32))
  const policy = async () =>
    ({ keyManagement: ['dir'], contentEncryption: ['A256GCM'], keys: await testKey('dir') }) as const

  test.each<[string, unknown, string]>([
    ['nothing', '', 'SB_TOKEN_MALFORMED'],
    ['a JWS', 'a.b.c', 'SB_FORM_MISMATCH'],
    ['four parts', 'a.b.c.d', 'SB_TOKEN_MALFORMED'],
    ['six parts', `${good}.`, 'SB_TOKEN_MALFORMED'],
    ['10,000 dots', '.'.repeat(10_000), 'SB_TOKEN_MALFORMED'],
    ['only dots', '....', 'SB_HEADER_INVALID'],
    ['undefined', undefined, 'SB_TOKEN_MALFORMED'],
    ['too long', `${good}${'A'.repeat(16_384)}`, 'SB_TOKEN_TOO_LARGE'],
    ['a space in front', ` ${good}`, 'SB_HEADER_INVALID'],
  ])('%s is refused', async (_, token, code) => {
    await expect(decryptJwe(untyped(token), await policy())).rejects.toMatchObject({ code })
    await expect(decryptJwe(good, await policy())).resolves.toBeDefined()
  })

  test('maxTokenSize is checked before parsing', async () => {
    await expect(decryptJwe(good, { ...(await policy()), maxTokenSize: good.length })).resolves.toBeDefined()
    await expect(
      decryptJwe(good, { ...(await policy()), maxTokenSize: good.length - 1 }),
    ).rejects.toMatchObject({ code: 'SB_TOKEN_TOO_LARGE' })
  })

  test('an empty plaintext is valid', async () => {
    const token = handSeal({ alg: 'dir', enc: 'A256GCM' }, '', bytes(32))
    expect((await decryptJwe(token, await policy())).plaintext).toHaveLength(0)
  })

  test('the plaintext is a copy', async () => {
    const { plaintext: read } = await decryptJwe(good, await policy())
    expect(read.buffer.byteLength).toBe(read.length)
  })
})

describe('options', () => {
  test.each<[string, (good: object) => unknown, RegExp]>([
    ['none', () => null, /^decryptJwe: must be an object with keyManagement/],
    ['an unknown one', (good) => ({ ...good, algorithms: [] }), /^decryptJwe: has no option "algorithms"/],
    [
      'no keyManagement',
      (good) => ({ ...good, keyManagement: undefined }),
      /^keyManagement: list at least one of/,
    ],
    [
      'keyManagement as text',
      (good) => ({ ...good, keyManagement: 'dir' }),
      /^keyManagement: list at least one/,
    ],
    ['RSA1_5', (good) => ({ ...good, keyManagement: ['RSA1_5'] }), /^keyManagement: "RSA1_5" is refused/],
    [
      'PBES2',
      (good) => ({ ...good, keyManagement: ['PBES2-HS512+A256KW'] }),
      /^keyManagement: "PBES2.*refused/,
    ],
    [
      'an alg of signatures',
      (good) => ({ ...good, keyManagement: ['HS256'] }),
      /^keyManagement: must be one of/,
    ],
    [
      'no contentEncryption',
      (good) => ({ ...good, contentEncryption: [] }),
      /^contentEncryption: list at least one/,
    ],
    [
      'an unknown enc',
      (good) => ({ ...good, contentEncryption: ['A1'] }),
      /^contentEncryption: must be one of A128GCM/,
    ],
    ['no keys', (good) => ({ ...good, keys: undefined }), /^keys: must be a Key/],
    ['a size of 0', (good) => ({ ...good, maxTokenSize: 0 }), /^maxTokenSize: must be a whole number/],
  ])('of decryptJwe with %s are refused', async (_, change, message) => {
    const good = { keyManagement: ['dir'], contentEncryption: ['A256GCM'], keys: await testKey('dir') }
    const refusal = decryptJwe('a.b.c.d.e', untyped(change(good)))
    await expect(refusal).rejects.toThrow(TypeError)
    await expect(refusal).rejects.toThrow(message)
  })

  test('of decryptJwe with a public key are rejected', async () => {
    const keys = await testPublicKey('RSA-OAEP-256')
    await expect(
      decryptJwe('a.b.c.d.e', { keyManagement: ['RSA-OAEP-256'], contentEncryption: ['A256GCM'], keys }),
    ).rejects.toThrow(/^keys: no key given can decrypt with RSA-OAEP-256 and A256GCM; pass the private key/)
  })

  test.each<[string, (good: object) => unknown, RegExp]>([
    ['none', () => undefined, /^encryptJwe: must be an object/],
    ['an unknown one', (good) => ({ ...good, keys: 1 }), /^encryptJwe: has no option "keys"/],
    ['no keyManagement', (good) => ({ ...good, keyManagement: undefined }), /^keyManagement: must be one of/],
    ['RSA1_5', (good) => ({ ...good, keyManagement: 'RSA1_5' }), /^keyManagement: "RSA1_5" is refused/],
    [
      'no contentEncryption',
      (good) => ({ ...good, contentEncryption: undefined }),
      /^contentEncryption: must be one of/,
    ],
    [
      'another alg than the key’s',
      (good) => ({ ...good, keyManagement: 'A128KW' }),
      /^key: no key given can encrypt with A128KW/,
    ],
    ['no key', (good) => ({ ...good, key: undefined }), /^key: must be a Key/],
    ['zip', (good) => ({ ...good, protectedHeader: { zip: 'DEF' } }), /^protectedHeader: remove "zip"/],
    ['epk', (good) => ({ ...good, protectedHeader: { epk: {} } }), /^protectedHeader: remove "epk"/],
    [
      'cty as a number',
      (good) => ({ ...good, protectedHeader: { cty: 5 } }),
      /^protectedHeader: "cty" must be a string/,
    ],
  ])('of encryptJwe with %s are refused', async (_, change, message) => {
    const good = { keyManagement: 'dir', contentEncryption: 'A256GCM', key: await testKey('dir') }
    const refusal = encryptJwe(plaintext, untyped(change(good)))
    await expect(refusal).rejects.toThrow(TypeError)
    await expect(refusal).rejects.toThrow(message)
  })

  test('with an enc that no key supports are rejected', async () => {
    const key = await testKey('dir', { enc: 'A256GCM' })
    await expect(
      encryptJwe(plaintext, { keyManagement: 'dir', contentEncryption: 'A128CBC-HS256', key }),
    ).rejects.toThrow(/^key: .*A128CBC-HS256/)
    await expect(
      decryptJwe('a.b.c.d.e', { keyManagement: ['dir'], contentEncryption: ['A128CBC-HS256'], keys: key }),
    ).rejects.toThrow(/^keys: .*A128CBC-HS256/)
  })

  test.each(['text', {}, undefined])('reject the plaintext %j', async (bad) => {
    const key = await testKey('dir')
    await expect(
      encryptJwe(untyped(bad), { keyManagement: 'dir', contentEncryption: 'A256GCM', key }),
    ).rejects.toThrow('plaintext: must be bytes (Uint8Array)')
  })
})

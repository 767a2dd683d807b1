import { execFileSync } from 'node:child_process'
import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { pem } from '../../test-kit/test-keys.js'
import type { Algorithm } from '../crypto/algorithms.js'
import { decryptJwe } from '../jwe/decrypt.js'
import { encryptJwe } from '../jwe/encrypt.js'
import { signJws } from '../jws/sign.js'
import { verifyJws } from '../jws/verify.js'
import { importKey } from './import.js'

const rsa = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'] as const
const oaep = ['RSA-OAEP', 'RSA-OAEP-256', 'RSA-OAEP-384', 'RSA-OAEP-512'] as const
const agreement = ['ECDH-ES', 'ECDH-ES+A128KW', 'ECDH-ES+A192KW', 'ECDH-ES+A256KW'] as const

const served: readonly (readonly [
  name: string,
  algorithms: readonly Algorithm[],
  hasCertificate: boolean,
])[] = [
  ['rsa', [...rsa, ...oaep], true],
  ['ec-P-256', ['ES256', ...agreement], true],
  ['ec-P-384', ['ES384', ...agreement], true],
  ['ec-P-521', ['ES512', ...agreement], true],
  ['ed25519', ['EdDSA', 'Ed25519'], true],
  ['x25519', agreement, false],
]

const rows = served.flatMap(([name, algorithms, hasCertificate]) =>
  algorithms.map((alg) => ({ name, alg, hasCertificate })),
)

test.each(rows)('$alg: PKCS#8 and SPKI of $name', async ({ name, alg }) => {
  expect(await importKey(pem(`${name}.pkcs8`), { alg })).toMatchObject({
    alg,
    type: 'private',
    kid: undefined,
  })
  expect(await importKey(pem(`${name}.spki`), { alg, kid: '1' })).toMatchObject({
    alg,
    type: 'public',
    kid: '1',
  })
})

test.each(rows.filter((row) => row.hasCertificate))(
  '$alg: X.509 certificate of $name',
  async ({ name, alg }) => {
    expect(await importKey(pem(`${name}.x509`), { alg })).toMatchObject({ alg, type: 'public' })
  },
)

describe('reads PEM', () => {
  const text = pem('rsa.spki')
  test.each([
    ['with Windows line ends', text.replaceAll('\n', '\r\n')],
    ['without an end of line at its end', text.trimEnd()],
    ['with white space around', `\n\n  ${text}\n`],
    ['with text in front, as openssl x509 -text writes', `Certificate:\n    Data:\n${text}`],
    ['of which a second block follows', text + pem('ec-P-256.spki')],
  ])('%s', async (_, spki) => {
    expect(await importKey(spki, { alg: 'RS256' })).toMatchObject({ type: 'public' })
  })
})

describe('refuses PEM', () => {
  test.each<[string, string, Algorithm, RegExp]>([
    ['of PKCS#1', pem('rsa.pkcs1'), 'RS256', /^key: .*PKCS#1.*openssl pkcs8 -topk8/],
    ['of a public PKCS#1', pem('rsa.public-pkcs1'), 'RS256', /^key: .*openssl rsa -RSAPublicKey_in/],
    ['of SEC 1', pem('ec-P-256.sec1'), 'ES256', /^key: .*SEC 1.*openssl pkcs8 -topk8/],
    ['that is encrypted', pem('rsa.encrypted'), 'RS256', /^key: .*encrypted.*openssl pkcs8/],
    [
      'of another kind',
      pem('rsa.spki').replaceAll('PUBLIC KEY', 'X509 CRL'),
      'RS256',
      /PKCS#8, SPKI or X.509/,
    ],
    [
      'of a kind that Object has',
      pem('rsa.spki').replaceAll('PUBLIC KEY', 'constructor'),
      'RS256',
      /^key: a string must be PEM/,
    ],
    ['whose labels differ', pem('rsa.spki').replace('END PUBLIC', 'END PRIVATE'), 'RS256', /must be PEM/],
    ['that is cut', pem('rsa.spki').slice(0, 200), 'RS256', /^key: a string must be PEM .*importSecret/],
    [
      'with a broken body',
      pem('rsa.spki').replace(/\n.{20}/, '\n'),
      'RS256',
      /^key: the PEM (?:is corrupt|does not contain a key for RS256)/,
    ],
    [
      'with an empty body',
      '-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----',
      'RS256',
      /^key: the PEM is corrupt: it contains no DER$/,
    ],
    [
      'of a weak key, private',
      pem('weak-rsa.pkcs8'),
      'RS256',
      /2048 to 16384 bits, not 1024.*generate a new key$/,
    ],
    ['of a weak key, public', pem('weak-rsa.spki'), 'RSA-OAEP-256', /2048 to 16384 bits, not 1024/],
    [
      'of another family',
      pem('ec-P-256.spki'),
      'RS256',
      /contains a key of type EC on P-256; RS256 needs of type RSA$/,
    ],
    ['of RSA for ECDSA', pem('rsa.spki'), 'ES256', /contains a key of type RSA; ES256 needs one on P-256$/],
    [
      'of another curve',
      pem('ec-P-384.spki'),
      'ES256',
      /contains a key of type EC on P-384; ES256 needs one on P-256$/,
    ],
    [
      'of an agreement key for signatures',
      pem('x25519.spki'),
      'EdDSA',
      /contains a key of type OKP on X25519; EdDSA needs one on Ed25519$/,
    ],
    [
      'of a signature key for agreement',
      pem('ed25519.spki'),
      'ECDH-ES',
      /contains a key of type OKP on Ed25519; ECDH-ES needs one on P-256, /,
    ],
    [
      'of a curve that is not supported',
      pem('secp256k1.pkcs8'),
      'ES256',
      /contains a key of type EC on secp256k1; ES256 needs one on P-256$/,
    ],
    [
      'of a key bound to RSASSA-PSS',
      pem('rsa-pss.pkcs8'),
      'RS256',
      /contains an RSASSA-PSS key, which is only for PS256/,
    ],
    ['for HMAC', pem('rsa.spki'), 'HS256', /^key: /],
  ])('%s', async (_, text, alg, message) => {
    const refusal = importKey(text, { alg })
    await expect(refusal).rejects.toThrow(TypeError)
    await expect(refusal).rejects.toThrow(message)
    // No part of the key is in the text, nor in what the runtime said.
    const error: unknown = await refusal.catch((caught: unknown) => caught)
    const body = text.replaceAll(/-----[^-]*-----|\s/g, '').slice(10, 60)
    expect(String(error)).not.toContain(body || 'no body')
    expect(error).not.toHaveProperty('cause')
  })

  test.each([
    ['a text secret', 'a-secret-that-is-long-enough-for-hmac-256'],
    ['nothing', ''],
    ['base64 alone', pem('rsa.spki').split('\n').slice(1, -2).join('')],
  ])('that is %s', async (_, text) => {
    await expect(importKey(text, { alg: 'HS256' })).rejects.toThrow(/must be PEM .*importSecret/)
  })

  test('as bytes, whatever the algorithm', async () => {
    for (const alg of ['HS256', 'RS256'] as const) {
      const refusal = importKey(Buffer.from(`\n ${pem('rsa.spki')}`), { alg })
      await expect(refusal).rejects.toThrow('key: these bytes are PEM; pass PEM as a string')
    }
  })
})

const plaintext = new TextEncoder().encode('sealed')

async function roundTrip(publicPem: string, privatePem: string): Promise<string> {
  const algorithms = { keyManagement: 'RSA-OAEP-256', contentEncryption: 'A256GCM' } as const
  const recipient = await importKey(publicPem, { alg: 'RSA-OAEP-256' })
  const owner = await importKey(privatePem, { alg: 'RSA-OAEP-256' })
  const token = await encryptJwe(plaintext, { ...algorithms, key: recipient })
  const opened = await decryptJwe(token, {
    keyManagement: ['RSA-OAEP-256'],
    contentEncryption: ['A256GCM'],
    keys: owner,
  })
  expect(opened.protectedHeader).toEqual({ alg: 'RSA-OAEP-256', enc: 'A256GCM' })
  return new TextDecoder().decode(opened.plaintext)
}

test('RSA-OAEP-256 + A256GCM to and from keys made by openssl genrsa / openssl rsa -pubout', async () => {
  expect(await roundTrip(pem('rsa.spki'), pem('rsa.pkcs8'))).toBe('sealed')
})

test('RSA-OAEP-256 + A256GCM to a certificate made by openssl req -x509', async () => {
  expect(await roundTrip(pem('rsa.x509'), pem('rsa.pkcs8'))).toBe('sealed')
})

const hasOpenssl = ((): boolean => {
  try {
    execFileSync('openssl', ['version'], { stdio: 'pipe' })
    return true
  } catch {
    return false
  }
})()

// Where there is no openssl, the test above has run on keys that it made elsewhere.
test.runIf(hasOpenssl)('RSA-OAEP-256 + A256GCM to and from keys that openssl makes now', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sealbearer-'))
  try {
    const [privateFile, publicFile] = [join(folder, 'private.pem'), join(folder, 'public.pem')]
    execFileSync('openssl', ['genrsa', '-out', privateFile, '2048'], { stdio: 'pipe' })
    execFileSync('openssl', ['rsa', '-in', privateFile, '-pubout', '-out', publicFile], { stdio: 'pipe' })
    const privatePem = readFileSync(privateFile, 'utf8')
    // OpenSSL 1.1 writes PKCS#1, which the message tells how to convert.
    if (!privatePem.includes('BEGIN PRIVATE KEY')) {
      await expect(importKey(privatePem, { alg: 'RSA-OAEP-256' })).rejects.toThrow('openssl pkcs8 -topk8')
      execFileSync('openssl', ['pkcs8', '-topk8', '-nocrypt', '-in', privateFile, '-out', `${privateFile}8`])
    }
    const pkcs8 = privatePem.includes('BEGIN PRIVATE KEY')
      ? privatePem
      : readFileSync(`${privateFile}8`, 'utf8')
    expect(await roundTrip(readFileSync(publicFile, 'utf8'), pkcs8)).toBe('sealed')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

/** @see issue 10, B.16: environment variables hold one line. */
describe('PEM as deployments hold it', () => {
  const texts = ['rsa.pkcs8', 'rsa.spki', 'rsa.x509'] as const
  const spellings: Readonly<Record<string, (text: string) => string>> = {
    'as it is': (text) => text,
    'line ends of Windows': (text) => text.replaceAll('\n', '\r\n'),
    'line ends written \\n': (text) => text.replaceAll('\n', '\\n'),
    'line ends written \\r\\n': (text) => text.replaceAll('\n', '\\r\\n'),
    'in quotes': (text) => JSON.stringify(text),
    'one line with spaces': (text) => text.replaceAll('\n', ' '),
    'one line without anything': (text) => text.replaceAll('\n', ''),
    'in base64': (text) => Buffer.from(text).toString('base64'),
    'in base64url': (text) => Buffer.from(text).toString('base64url'),
    'in base64 over several lines': (text) =>
      Buffer.from(text).toString('base64').replaceAll(/.{64}/g, '$&\n'),
    'in base64, with line ends written \\n': (text) =>
      Buffer.from(text.replaceAll('\n', '\\n')).toString('base64'),
  }
  test.each(texts.flatMap((name) => Object.keys(spellings).map((spelling) => ({ name, spelling }))))(
    '$name, $spelling',
    async ({ name, spelling }) => {
      const type = name === 'rsa.pkcs8' ? 'private' : 'public'
      const text = spellings[spelling]?.(pem(name)) ?? ''
      expect(await importKey(text, { alg: 'RS256' })).toMatchObject({ type })
    },
  )
})

/** @see issue 10, B.17 */
describe('of a bundle', () => {
  test.each([
    ['a certificate, then its key', pem('rsa.x509') + pem('rsa.pkcs8'), 'private'],
    ['a key, then its certificate', pem('rsa.pkcs8') + pem('rsa.x509'), 'private'],
    ['a chain', pem('rsa.x509') + pem('ec-P-256.x509'), 'public'],
  ])('%s', async (_, text, type) => {
    expect(await importKey(text, { alg: 'RS256' })).toMatchObject({ type })
  })

  test('of two private keys none is guessed', async () => {
    await expect(importKey(pem('rsa.pkcs8') + pem('ec-P-256.pkcs8'), { alg: 'RS256' })).rejects.toThrow(
      /^key: the PEM holds several private keys; pass one$/,
    )
  })
})

/** @see issue 10, B.17 */
describe('a key bound to RSASSA-PSS', () => {
  const bound = (options: object) => {
    const pair = generateKeyPairSync('rsa-pss', { modulusLength: 2048, ...options })
    return {
      private: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      public: pair.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    }
  }
  const open = bound({})
  const sha256 = bound({ hashAlgorithm: 'sha256', mgf1HashAlgorithm: 'sha256', saltLength: 32 })

  test.each(['PS256', 'PS384', 'PS512'] as const)('signs and verifies %s', async (alg) => {
    const [key, keys] = [await importKey(open.private, { alg }), await importKey(open.public, { alg })]
    const token = await signJws(new TextEncoder().encode('text'), { algorithm: alg, key })
    await expect(verifyJws(token, { algorithms: [alg], keys })).resolves.toBeDefined()
  })

  test('of one hash serves that one', async () => {
    expect(await importKey(sha256.private, { alg: 'PS256' })).toMatchObject({ alg: 'PS256', type: 'private' })
    await expect(importKey(sha256.public, { alg: 'PS384' })).rejects.toThrow(
      /RSASSA-PSS key for SHA-256; PS384 needs SHA-384$/,
    )
    await expect(importKey(open.public, { alg: 'RS256' })).rejects.toThrow(
      /which is only for PS256, PS384 and PS512/,
    )
  })
})

/** @see issue 10: a case of a peer's own tests. */
describe('the parameters of a key bound to RSASSA-PSS', () => {
  /** DER: tag, length and content, in hexadecimal. */
  const tlv = (tag: string, ...contents: string[]): string => {
    const content = contents.join('')
    const length = content.length / 2
    const hex = length < 0x80 ? length : length + (length < 0x100 ? 0x8100 : 0x820000)
    return tag + hex.toString(16).padStart(2, '0') + content
  }
  const oids = {
    'SHA-1': '06052b0e03021a',
    'SHA-224': '0609608648016503040204',
    'SHA-256': '0609608648016503040201',
    'SHA-384': '0609608648016503040202',
    'SHA-512': '0609608648016503040203',
  } as const
  type Hash = keyof typeof oids
  const hashOf = (hash: Hash) => tlv('30', oids[hash], '0500')
  /** RFC 4055 §3.1; what is left out has its default. */
  const parameters = (hash?: Hash, mask?: Hash, salt?: string) =>
    tlv(
      '30',
      hash === undefined ? '' : tlv('a0', hashOf(hash)),
      mask === undefined ? '' : tlv('a1', tlv('30', '06092a864886f70d010108', hashOf(mask))),
      salt === undefined ? '' : tlv('a2', tlv('02', salt)),
    )
  const general = tlv('30', '06092a864886f70d010101', '0500')
  const [, bits = ''] = createPublicKey(pem('rsa.spki'))
    .export({ type: 'spki', format: 'der' })
    .toString('hex')
    .split(general)
  const spki = (limits: string) => tlv('30', tlv('30', '06092a864886f70d01010a', limits), bits)

  test.each<[title: string, alg: 'PS256' | 'PS384' | 'PS512', limits: string, says: RegExp | undefined]>([
    ['none', 'PS384', '', undefined],
    ['a salt of 0 bytes', 'PS256', parameters('SHA-256', 'SHA-256', '00'), undefined],
    ['the default salt', 'PS256', parameters('SHA-256', 'SHA-256'), undefined],
    ['a salt as long as SHA-256', 'PS256', parameters('SHA-256', 'SHA-256', '20'), undefined],
    ['a salt as long as SHA-512', 'PS512', parameters('SHA-512', 'SHA-512', '40'), undefined],
    ['a byte more', 'PS256', parameters('SHA-256', 'SHA-256', '21'), /for a longer salt than the 32 bytes/],
    ['a byte more', 'PS384', parameters('SHA-384', 'SHA-384', '31'), /for a longer salt than the 48 bytes/],
    ['1,024 bytes', 'PS256', parameters('SHA-256', 'SHA-256', '0400'), /for a longer salt than the 32 bytes/],
    ['another mask', 'PS256', parameters('SHA-256', 'SHA-512', '20'), /for SHA-256 and SHA-512; PS256 needs/],
    [
      'the default mask',
      'PS256',
      parameters('SHA-256', undefined, '20'),
      /for SHA-256 and SHA-1; PS256 needs/,
    ],
    [
      'the default hash',
      'PS256',
      parameters(undefined, 'SHA-256', '20'),
      /for SHA-1 and SHA-256; PS256 needs/,
    ],
    ['SHA-1', 'PS256', parameters('SHA-1', 'SHA-1', '20'), /for SHA-1; PS256 needs SHA-256$/],
    ['SHA-224', 'PS256', parameters('SHA-224', 'SHA-224', '20'), /for another hash; PS256 needs SHA-256$/],
  ])('%s, for %s', async (_, alg, limits, says) => {
    const der = Buffer.from(spki(limits), 'hex')
    const text = `-----BEGIN PUBLIC KEY-----\n${der.toString('base64')}\n-----END PUBLIC KEY-----`
    for (const material of [text, createPublicKey({ key: der, type: 'spki', format: 'der' })]) {
      const imported = importKey(material, { alg })
      if (says === undefined) await expect(imported).resolves.toMatchObject({ alg })
      else await expect(imported).rejects.toThrow(says)
    }
  })
})

/** @see issue 10, B.17: named as what they are, with the way out. */
describe('what is no PEM of a kind that is read', () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const der = privateKey.export({ type: 'pkcs8', format: 'der' })
  // What a PKCS#12 file begins with: version 3, then PKCS#7 data.
  const pkcs12 = Buffer.concat([
    Buffer.from('308209c202010330820988', 'hex'),
    Buffer.from('06092a864886f70d010701a0', 'hex'),
    Buffer.alloc(64, 9),
  ])
  const encrypted = privateKey.export({
    type: 'pkcs1',
    format: 'pem',
    cipher: 'aes-256-cbc',
    passphrase: 'x',
  })
  test.each<[string, string | Uint8Array, RegExp]>([
    ['encrypted PKCS#1', encrypted, /\(encrypted PKCS#1; convert it/],
    ['DER as bytes', der, /^key: these bytes are DER; convert it with "openssl pkey -inform DER/],
    ['DER in base64', der.toString('base64'), /This is DER in base64; convert it with "openssl pkey/],
    ['PKCS#12 as bytes', pkcs12, /^key: these bytes are PKCS#12; convert it with "openssl pkcs12/],
    [
      'PKCS#12 in base64',
      pkcs12.toString('base64'),
      /This is PKCS#12 in base64; convert it with "openssl pkcs12/,
    ],
  ])('%s', async (_, material, says) => {
    await expect(importKey(material, { alg: 'RS256' })).rejects.toThrow(says)
    await expect(importKey(privateKey, { alg: 'RS256' })).resolves.toMatchObject({ type: 'private' })
  })
})

/** RFC 5480 §2.1.1: a curve that is spelled out can have another generator (CVE-2020-0601). */
test('explicit EC parameters are refused alike as PEM and as a KeyObject', async () => {
  const make = (paramEncoding: 'explicit' | 'named') =>
    generateKeyPairSync('ec', { namedCurve: 'P-256', paramEncoding })
  for (const half of ['privateKey', 'publicKey'] as const) {
    const [explicit, named] = [make('explicit')[half], make('named')[half]]
    const type = half === 'privateKey' ? 'pkcs8' : 'spki'
    for (const material of [explicit, explicit.export({ type, format: 'pem' }).toString()]) {
      await expect(importKey(material, { alg: 'ES256' })).rejects.toThrow(
        /^key: an EC key with explicit parameters is not supported/,
      )
    }
    await expect(importKey(named, { alg: 'ES256' })).resolves.toBeDefined()
  }
})

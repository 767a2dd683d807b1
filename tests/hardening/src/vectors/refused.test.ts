import { constants, createPrivateKey, type JsonWebKey, privateDecrypt } from 'node:crypto'
import { inflateRawSync } from 'node:zlib'
import {
  type FlattenedJWE,
  type FlattenedJWSInput,
  flattenedDecrypt,
  flattenedVerify,
  type GeneralJWE,
  type GeneralJWSInput,
  generalDecrypt,
  generalVerify,
  importJWK,
} from 'jose'
import { expect, test } from 'vitest'
import type { ContentEncryptionAlgorithm } from '#core/crypto/algorithms.js'
import { decryptContent } from '#core/crypto/web/content-decryption.js'
import { publicMembersOf } from '#core/keys/jwk.js'
import { handUnwrap } from '../testing/hand-wrapped.js'
import { type RefusedExample, rfcVectors } from '../testing/rfc-vectors.js'

const refusal = 'SB_ALG_NOT_ALLOWED'
const bytesIn = (segment = ''): Buffer => Buffer.from(segment, 'base64url')
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

type Reader = (example: RefusedExample) => Promise<Uint8Array>

/** Opens the content under a CEK, whatever the header says of it. */
function openContent(token: string, enc: ContentEncryptionAlgorithm, cek: Uint8Array): Promise<Uint8Array> {
  const [protectedSegment = '', , iv, ciphertext, tag] = token.split('.')
  const bytes = { iv: bytesIn(iv), ciphertext: bytesIn(ciphertext), tag: bytesIn(tag) }
  const rest = { protectedHeader: {}, encryptedKey: new Uint8Array() }
  return decryptContent(cek, { ...rest, protectedSegment, contentEncryption: enc, ...bytes })
}
const encryptedKeyOf = (token: string): Buffer => bytesIn(token.split('.')[1])

/** Node no longer takes PKCS #1 v1.5 padding away (RFC 8017 §7.2.2). */
const openRsa15: Reader = ({ token, key: jwk, enc = 'A128CBC-HS256' }) => {
  // jose's type and Node's describe the same object.
  const key = createPrivateKey({ key: jwk as JsonWebKey, format: 'jwk' })
  const padded = privateDecrypt({ key, padding: constants.RSA_NO_PADDING }, encryptedKeyOf(token))
  return openContent(token, enc, padded.subarray(padded.indexOf(0, 2) + 1))
}

const inflate: Reader = async ({ token, key, enc = 'A128GCM' }) =>
  inflateRawSync(await openContent(token, enc, handUnwrap(encryptedKeyOf(token), bytesIn(key.k))))

/** RFC 7520 §5.3.1 */
const password = new TextEncoder().encode('entrap_o\u2013peter_long\u2013credit_tun')
const openPbes2: Reader = async ({ token }) => {
  const [header = '', encrypted_key = '', iv = '', ciphertext = '', tag = ''] = token.split('.')
  const jwe = { protected: header, encrypted_key, iv, ciphertext, tag }
  const options = { keyManagementAlgorithms: ['PBES2-HS512+A256KW'] }
  return (await flattenedDecrypt(jwe, password, options)).plaintext
}

/** RFC 7520 §4.5 signs what all examples of §4 sign, and leaves it out. */
const withPayload: Reader = async ({ token, key }) => {
  const [header = '', , signature = ''] = token.split('.')
  const [{ payload: content = '' } = {}] = rfcVectors('rfc7520').signed
  const payload = Buffer.from(content).toString('base64url')
  return (await flattenedVerify({ protected: header, payload, signature }, bytesIn(key.k))).payload
}

/** jose reads the JSON serializations. */
const readJws: Reader = async ({ token, key: jwk, alg }) => {
  // Its readers check what they are given.
  const json = JSON.parse(token) as FlattenedJWSInput & GeneralJWSInput
  const key = await importJWK(jwk.kty === 'oct' ? jwk : publicMembersOf(jwk), alg)
  return ('signatures' in json ? await generalVerify(json, key) : await flattenedVerify(json, key)).payload
}
const readJwe: Reader = async ({ token, key: jwk, alg }) => {
  // The same.
  const json = JSON.parse(token) as FlattenedJWE & GeneralJWE
  const { alg: _, ...material } = jwk
  const key = await importJWK(material, alg)
  return ('recipients' in json ? await generalDecrypt(json, key) : await flattenedDecrypt(json, key))
    .plaintext
}

const youKnow = 'You can trust us to stick with you through thick and thin'
const dangerous = 'It\u2019s a dangerous business, Frodo, going out your door.'
const joe = '{"iss":"joe"'
const live = 'Live long and prosper.'

/** Who allows it, and how what is read begins. */
const readers: readonly (readonly [
  rfc: 'rfc7515' | 'rfc7516' | 'rfc7520',
  section: string,
  Reader,
  string,
])[] = [
  ['rfc7515', 'A.6', readJws, joe],
  ['rfc7515', 'A.7', readJws, joe],
  ['rfc7516', 'A.2', openRsa15, live],
  ['rfc7516', 'A.4', readJwe, live],
  ['rfc7516', 'A.5', readJwe, live],
  ['rfc7520', '4.5', withPayload, dangerous],
  ['rfc7520', '4.6', readJws, dangerous],
  ['rfc7520', '4.7', readJws, dangerous],
  ['rfc7520', '4.8', readJws, dangerous],
  ['rfc7520', '5.1', openRsa15, youKnow],
  ['rfc7520', '5.3', openPbes2, '{"keys":[{"kty":"oct"'],
  ['rfc7520', '5.9', inflate, youKnow],
  ['rfc7520', '5.10', readJwe, youKnow],
  ['rfc7520', '5.11', readJwe, youKnow],
  ['rfc7520', '5.12', readJwe, youKnow],
  ['rfc7520', '5.13', readJwe, youKnow],
]

/** Unsecured, or made up from another: there is nothing in them that anyone could check. */
const nothingToCheck = [
  'unsecured JWS',
  'negative test case for crit',
  'protecting content only, as if it were compact',
]

const examples = (['rfc7515', 'rfc7516', 'rfc7520'] as const).flatMap((rfc) =>
  rfcVectors(rfc)
    .refused.filter(({ title }) => !nothingToCheck.includes(title))
    .map((example) => {
      const [, , read, begins] =
        readers.find(([name, section]) => name === rfc && section === example.section) ?? []
      return [`RFC ${rfc.slice(3)} ${example.section}, ${example.title}`, { example, read, begins }] as const
    }),
)

const beginningOf = (bytes: Uint8Array): string => textOf(bytes).replaceAll(/\s+/g, ' ').replace('{ ', '{')

/** What is refused is refused for what it is, and not for a slip in copying it. */
test.each(examples)('%s: is good, to who allows it', async (_, { example, read, begins }) => {
  if (read === undefined || begins === undefined) throw new Error('nobody reads it')
  expect(beginningOf(await read(example)).startsWith(begins)).toBe(true)
})

test.each([rfcVectors('rfc7519').encrypted, rfcVectors('rfc7519').nested])(
  'RFC 7519 $section, $title: is good, to who allows RSA1_5',
  async ({ section, title, key, enc, token, ...example }) => {
    const content = textOf(
      await openRsa15({ section, title, key, alg: 'RSA-OAEP', enc, token, code: refusal }),
    )
    if ('inner' in example) expect(content).toBe(example.inner)
    else expect(JSON.parse(content)).toEqual(example.claims)
  },
)

import { expect, test } from 'vitest'
import { generateKey } from '../keys/generate.js'
import type { Key, Keys } from '../keys/key.js'
import { createKeySet } from '../keys/key-set.js'
import { importSecret } from '../keys/secret.js'
import { createIssuer } from './issuer.js'
import type { IssuerKeys } from './issuer-keys.js'
import { createVerifier } from './verifier.js'

const bank = 'https://auth.bank.example'
const partner = 'https://partner.example'
const parties = { audience: 'https://api.example.com', typ: 'at+jwt' }
// The same kid for both: issuers know nothing of each other.
const [ofBank, ofPartner] = [
  await generateKey('ES256', { kid: '1' }),
  await generateKey('ES256', { kid: '1' }),
]
const recipient = await generateKey('ECDH-ES', { crv: 'P-256' })

const encryption = { keyManagement: 'ECDH-ES', contentEncryption: 'A256GCM', keys: recipient } as const

const tokenOf = async (issuer: string, key: Key, isNested = false): Promise<string> => {
  const options = {
    ...parties,
    issuer,
    lifetime: '5m',
    signature: { algorithm: 'ES256', keys: key },
  } as const
  const made = createIssuer(isNested ? { ...options, encryption } : options)
  return (await made.issue({ sub: 'ceo' })).token
}

/** @see issue 10, A.7, and RFC 8725 §3.8: the keys must belong to the issuer. */
test.each([false, true])(
  'keys tied to issuers verify the tokens of their own alone; nested: %s',
  async (isNested) => {
    const policy = {
      ...parties,
      issuer: [bank, partner],
      signature: {
        algorithms: ['ES256'],
        keys: { [bank]: ofBank, [partner]: await createKeySet([ofPartner]) },
      },
    } as const
    const encryption = {
      keyManagement: ['ECDH-ES'],
      contentEncryption: ['A256GCM'],
      keys: recipient,
    } as const
    const verifier = isNested ? createVerifier({ ...policy, encryption }) : createVerifier(policy)
    const codeOf = (token: string) =>
      verifier.verify(token).then(
        () => 'accepted',
        (error) => error.code,
      )
    expect(await codeOf(await tokenOf(bank, ofBank, isNested))).toBe('accepted')
    expect(await codeOf(await tokenOf(partner, ofPartner, isNested))).toBe('accepted')
    expect(await codeOf(await tokenOf(bank, ofPartner, isNested))).toBe('SB_INTEGRITY_FAILED')
    expect(await codeOf(await tokenOf(partner, ofBank, isNested))).toBe('SB_INTEGRITY_FAILED')
    expect(await codeOf(await tokenOf('https://other.example', ofBank, isNested))).toBe('SB_ISSUER_MISMATCH')
  },
)

const shared: readonly (readonly [string, Keys])[] = [
  ['a list', [ofBank, ofPartner]],
  ['a key set', await createKeySet([ofBank])],
]
const severalIssuers = [
  ['a list', [bank, partner]],
  ['a function', (iss: string) => iss.endsWith('.example')],
] as const

test.each(
  shared.flatMap(([what, keys]) => severalIssuers.map(([how, issuer]) => ({ what, keys, how, issuer }))),
)('keys in $what are refused where $how of issuers would share them', ({ keys, issuer }) => {
  const make = (more: object) =>
    createVerifier({ ...parties, issuer, signature: { algorithms: ['ES256'], keys, ...more } })
  expect(() => make({})).toThrow(TypeError)
  expect(() => make({})).toThrow(
    /^signature\.keys: several issuers share these keys, .*sharedByIssuers: true$/,
  )
  expect(() => make({ sharedByIssuers: true })).not.toThrow()
  expect(() => make({ sharedByIssuers: false })).toThrow(/^signature\.sharedByIssuers: must be true/)
  const one = { ...parties, issuer: [bank], signature: { algorithms: ['ES256'], keys } } as const
  expect(() => createVerifier(one)).not.toThrow()
})

test('one key is one signer, whatever its issuers are called', () => {
  const signature = { algorithms: ['ES256'], keys: ofBank } as const
  expect(() => createVerifier({ ...parties, issuer: [bank, partner], signature })).not.toThrow()
  expect(() => createVerifier({ ...parties, issuer: () => true, signature })).not.toThrow()
})

test.each([
  ['without "https://"', ['https://auth.example.com', 'auth.example.com'], true],
  ['with and without a slash', ['https://auth.example.com', 'https://auth.example.com/'], true],
  ['of another path', ['https://auth.example.com/a', 'https://auth.example.com/b'], false],
  ['over plain HTTP', ['https://auth.example.com', 'http://auth.example.com'], false],
])('two names of one party may share keys: %s', async (_, issuer, isOne) => {
  const keys = await createKeySet([ofBank, ofPartner])
  const make = () => createVerifier({ ...parties, issuer, signature: { algorithms: ['ES256'], keys } })
  if (isOne) expect(make).not.toThrow()
  else expect(make).toThrow(/^signature\.keys: several issuers share these keys/)
})

test('secrets that open encrypted tokens are refused alike', () => {
  const secrets = ['0123456789abcdef0123456789abcdef', 'fedcba9876543210fedcba9876543210'].map((text) =>
    importSecret(text, { alg: 'dir', enc: 'A256GCM', encoding: 'utf8' }),
  )
  const policy = { keyManagement: ['dir'], contentEncryption: ['A256GCM'], keys: secrets } as const
  const several = { ...parties, issuer: [bank, partner] }
  expect(() => createVerifier({ ...several, encryption: policy })).toThrow(
    /^encryption\.keys: several issuers share/,
  )
  expect(() => createVerifier({ ...several, encryption: { ...policy, sharedByIssuers: true } })).not.toThrow()
  expect(() => createVerifier({ ...parties, issuer: bank, encryption: policy })).not.toThrow()
})

test.each<[string, IssuerKeys]>([
  ['an issuer has none', { [bank]: ofBank }],
  ['an issuer is not of the policy', { [bank]: ofBank, [partner]: ofPartner, 'https://x.example': ofBank }],
  ['a name is misspelt', { [bank]: ofBank, [`${partner}/`]: ofPartner }],
  ['there are none', {}],
])('keys tied to issuers are refused where %s', (_, keys) => {
  const make = (own: IssuerKeys) =>
    createVerifier({ ...parties, issuer: [bank, partner], signature: { algorithms: ['ES256'], keys: own } })
  expect(() => make(keys)).toThrow(/^signature\.keys: must have the keys of every issuer/)
  expect(() => make({ [bank]: ofBank, [partner]: ofPartner })).not.toThrow()
})

import { describe, expect, test } from 'vitest'
import { audience, issuer, now } from '../../test-kit/parties.js'
import { testKey, testPublicKey } from '../../test-kit/test-keys.js'
import { createIssuer } from './issuer.js'
import { defaultForbiddenClaims } from './withheld-claims.js'

const base = { issuer, audience, lifetime: '15m', now } as const
const signature = async () => ({ algorithm: 'HS256' as const, keys: await testKey('HS256') })
const encryption = async () => ({
  keyManagement: 'RSA-OAEP-256' as const,
  contentEncryption: 'A256GCM' as const,
  keys: await testPublicKey('RSA-OAEP-256'),
})

const issuers = {
  signed: async (options: object) => createIssuer({ ...base, signature: await signature(), ...options }),
  nested: async (options: object) =>
    createIssuer({ ...base, signature: await signature(), encryption: await encryption(), ...options }),
  'nested in a claim': async (options: object) =>
    createIssuer({
      ...base,
      signature: await signature(),
      encryption: { ...(await encryption()), nesting: { claim: 'token' } },
      ...options,
    }),
  encrypted: async (options: object) =>
    createIssuer({
      ...base,
      encryption: { keyManagement: 'dir', contentEncryption: 'A256GCM', keys: await testKey('dir') },
      ...options,
    }),
}
const forms = ['signed', 'nested', 'nested in a claim', 'encrypted'] as const

describe('confidentialClaims are never in a signed token', () => {
  const options = { confidentialClaims: ['email', 'ssn_last4', 'https://example.com/salary'] }

  test.each<[string, object, string]>([
    ['at the top', { email: 'a@example.com' }, 'email'],
    ['without a value', { email: null }, 'email'],
    ['inside another claim', { profile: { contact: { email: 'a@example.com' } } }, 'email'],
    ['in a list', { contacts: [{ name: 'x' }, { email: 'a@example.com' }] }, 'email'],
    ['in another case', { EMail: 'a@example.com' }, 'EMail'],
    ['with a hyphen', { 'SSN-last-4': '1234' }, 'SSN-last-4'],
    ['in camel case', { ssnLast4: '1234' }, 'ssnLast4'],
    ['with spaces and dots', { 'e.m a\u200bil': 'x' }, 'e.m a\u200bil'],
    ['under a namespace', { 'https://example.com/salary': 1 }, 'https://example.com/salary'],
    ['written by toJSON', { contact: { toJSON: () => ({ email: 'x' }) } }, 'email'],
  ])('%s', async (_, claims, parameter) => {
    const signedToken = await issuers.signed(options)
    await expect(signedToken.issue({ ...claims })).rejects.toMatchObject({
      code: 'SB_CLAIM_CONFIDENTIAL',
      parameter,
      message: expect.not.stringContaining('example.com"'),
    })
    for (const form of ['nested', 'nested in a claim', 'encrypted'] as const) {
      await expect((await issuers[form](options)).issue({ ...claims })).resolves.toBeDefined()
    }
  })

  test.each<[string, object]>([
    ['a name that begins so', { email_verified: true }],
    ['a name that ends so', { has_email: true }],
    ['a value that says so', { contact: 'email' }],
    ['an index of a list', { list: ['email'] }],
    ['a claim left undefined', { email: undefined }],
  ])('but %s can be', async (_, claims) => {
    await expect((await issuers.signed(options)).issue({ ...claims })).resolves.toBeDefined()
  })

  test('and no claim is confidential by default', async () => {
    await expect((await issuers.signed({})).issue({ email: 'a@example.com' })).resolves.toBeDefined()
  })
})

describe('a password or OTP is issued in no token (forbiddenClaims)', () => {
  describe.each(forms)('%s', (form) => {
    test.each(defaultForbiddenClaims)('%s', async (name) => {
      const { issue } = await issuers[form]({})
      for (const claims of [{ [name]: 'x' }, { a: [{ [name.toUpperCase()]: 1 }] }]) {
        await expect(issue(claims)).rejects.toMatchObject({ code: 'SB_CLAIM_FORBIDDEN', status: 500 })
      }
    })

    test('but a similar name is', async () => {
      const claims = { amr: ['pwd', 'otp', 'pin'], password_changed_at: 1, pinned: true, secretary: 'x' }
      await expect((await issuers[form]({})).issue(claims)).resolves.toBeDefined()
    })

    test('and the option replaces this list', async () => {
      const own = await issuers[form]({ forbiddenClaims: ['ssn'] })
      await expect(own.issue({ SSN: 'x' })).rejects.toMatchObject({
        code: 'SB_CLAIM_FORBIDDEN',
        parameter: 'SSN',
      })
      await expect(own.issue({ pin: 'x' })).resolves.toBeDefined()
      await expect(
        (await issuers[form]({ forbiddenClaims: [] })).issue({ password: 'x' }),
      ).resolves.toBeDefined()
    })
  })

  test('the error names the claim and not its value', async () => {
    const refusal = (await issuers.signed({})).issue({ password: 'correct horse' })
    await expect(refusal).rejects.toMatchObject({
      parameter: 'password',
      message: expect.not.stringContaining('horse'),
    })
  })
})

describe('claims that every token has', () => {
  test.each(['iss', 'aud', 'exp', 'iat', 'jti', 'JTI', 'i-s-s'])('%s cannot be withheld', async (name) => {
    for (const form of forms) {
      const making = issuers[form]({ forbiddenClaims: [name] })
      await expect(making).rejects.toThrow(/^forbiddenClaims: every token has ".*"; leave it out$/)
    }
    const options = { confidentialClaims: ['email', name] }
    await expect(issuers.signed(options)).rejects.toThrow(
      /^confidentialClaims: every token has ".*"; leave it out, or add encryption$/,
    )
    for (const form of ['nested', 'nested in a claim', 'encrypted'] as const) {
      await expect((await issuers[form](options)).issue({})).resolves.toBeDefined()
    }
  })

  test.each(['sub', 'nbf', 'jti2'])('%s is not one of them', async (name) => {
    const issuer = await issuers.signed({ confidentialClaims: [name] })
    await expect(issuer.issue({})).resolves.toBeDefined()
    await expect(issuer.issue({ [name]: name === 'nbf' ? 1 : 'x' })).rejects.toMatchObject({
      code: 'SB_CLAIM_CONFIDENTIAL',
    })
  })
})

test.each([[null], [Array(1)], [[null]], ['email'], [new Set(['email'])]])(
  'names of %j are invalid',
  async (names) => {
    const forms = await Promise.allSettled([
      issuers.signed({ confidentialClaims: names }),
      issuers.signed({ forbiddenClaims: names }),
    ])
    for (const form of forms)
      expect(form).toMatchObject({ status: 'rejected', reason: expect.any(TypeError) })
    await expect(issuers.signed({ confidentialClaims: undefined })).resolves.toBeDefined()
  },
)

import { describe, expect, test } from 'vitest'
import { audience, issuer, now } from '../../test-kit/parties.js'
import { testKey } from '../../test-kit/test-keys.js'
import { SealbearerError } from '../errors.js'
import { createAuthenticator } from '../http/authenticator.js'
import type { JwtClaims } from './claims.js'
import { createIssuer } from './issuer.js'
import { createVerifier } from './verifier.js'

const keys = await testKey('HS256')
const parties = { issuer, audience, typ: 'at+jwt', now }

async function setUp(isRevoked: (claims: JwtClaims, use?: string) => unknown, options: object = {}) {
  const { token } = await createIssuer({
    ...parties,
    lifetime: '5m',
    signature: { algorithm: 'HS256', keys },
  }).issue({ sub: 'user_1' })
  const verifier = createVerifier({
    ...parties,
    signature: { algorithms: ['HS256'], keys },
    // Some of the answers are on purpose none.
    revocations: { isRevoked: isRevoked as () => boolean },
    ...options,
  })
  return { token, verifier }
}

describe('revocations', () => {
  test.each([{}, { cache: false as const }])('are checked on every use, with %j', async (options) => {
    const asked: unknown[] = []
    let isRevoked = false
    const { token, verifier } = await setUp(({ sub }, use) => {
      asked.push([sub, use])
      return isRevoked
    }, options)
    await verifier.verify(token)
    await verifier.verify(token)
    isRevoked = true
    await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'SB_TOKEN_REVOKED', status: 401 })
    isRevoked = false
    await verifier.verify(token)
    expect(asked).toEqual(Array(4).fill(['user_1', undefined]))
  })

  test('receive the claims before the schema', async () => {
    const { token, verifier } = await setUp(({ sub }) => sub !== 'user_1', {
      claimsSchema: { '~standard': { version: 1, vendor: 'test', validate: () => ({ value: {} }) } },
    })
    await expect(verifier.verify(token)).resolves.toMatchObject({ claims: {} })
  })

  test('are not checked for a token that fails another check', async () => {
    let asked = 0
    const { token, verifier } = await setUp(() => asked++ > 0)
    await expect(verifier.verify(`${token.slice(0, -4)}AAAA`)).rejects.toMatchObject({
      code: 'SB_INTEGRITY_FAILED',
    })
    expect(asked).toBe(0)
  })

  test.each([{ answer: undefined }, { answer: null }, { answer: 0 }, { answer: Promise.resolve(false) }])(
    'that return $answer reject every token',
    async ({ answer }) => {
      const { token, verifier } = await setUp(() => answer)
      await expect(verifier.verify(token)).rejects.toMatchObject({
        code: 'SB_STORE_UNAVAILABLE',
        status: 503,
      })
    },
  )

  test.each([
    {
      what: 'throw',
      answer: () => {
        throw new Error('the store is lost')
      },
    },
    {
      what: 'throw undefined',
      answer: () => {
        throw undefined
      },
    },
    {
      what: 'throw a code of another status',
      answer: () => {
        throw new SealbearerError('SB_SCOPE_INSUFFICIENT')
      },
    },
    { what: 'reject', answer: () => Promise.reject(new Error('the store is lost')) },
    { what: 'reject with nothing', answer: () => Promise.reject() },
  ])('that $what are unavailable, and do not end the process', async ({ answer }) => {
    const { token, verifier } = await setUp(answer)
    for (let i = 0; i < 2; i++) {
      await expect(verifier.verify(token)).rejects.toMatchObject({
        code: 'SB_STORE_UNAVAILABLE',
        status: 503,
        parameter: 'revocations',
      })
    }
    // A rejection that nobody handles fails the run.
    await new Promise(setImmediate)
  })

  test('a check of an accepted sender is no use of the token by the client', async () => {
    const uses: unknown[] = []
    const { token, verifier } = await setUp((_, use) => {
      uses.push(use)
      return false
    })
    const authenticator = createAuthenticator({ verifier })
    const outcome = await authenticator.authenticateToken(token)
    if (!outcome.ok) throw outcome.error
    await authenticator.check(outcome.auth)
    expect(uses).toEqual([undefined, 'own'])
  })

  test.each([null, {}, () => false, { isRevoked: true }])('refuses %o', (revocations) => {
    const signature = { algorithms: ['HS256'] as const, keys }
    // @ts-expect-error: on purpose
    expect(() => createVerifier({ ...parties, signature, revocations })).toThrow(
      /^revocations: must come from/,
    )
  })
})

import { OAuthError, OAuthErrorCode, requireBearerAuth } from '@modelcontextprotocol/server'
import { createAuthenticator, createVerifier } from '@sealbearer/core'
import { createTestIssuer } from '@sealbearer/testing'
import { expect, test } from 'vitest'
import { createTokenVerifier } from './index.js'

const issuer = await createTestIssuer()
const authenticator = createAuthenticator({ verifier: createVerifier(issuer.verifierOptions) })
const verifier = createTokenVerifier(authenticator, {
  invalidToken: (text) => new OAuthError(OAuthErrorCode.InvalidToken, text),
})
const gate = requireBearerAuth({ verifier })
const ask = (token: string) =>
  gate(new Request('https://api.test/mcp', { headers: { authorization: `Bearer ${token}` } }))

test('passes the sender to the SDK, and hides the token from logs', async () => {
  const token = await issuer.mint({ scope: 'a b', client_id: 'agent' })
  const info = await verifier.verifyAccessToken(token)
  expect(info).toMatchObject({ clientId: 'agent', scopes: ['a', 'b'], expiresAt: expect.any(Number) })
  expect(info.token).toBe(token)
  expect(JSON.stringify(info)).not.toContain(token)
  expect(await ask(token)).toMatchObject({ clientId: 'agent' })
})

test.each(issuer.hostileNames.filter((name) => name !== 'malformed'))('%s is 401', async (name) => {
  expect(await ask(await issuer.mint.hostile(name))).toMatchObject({ status: 401 })
})

test('an outage is not an invalid token', async () => {
  const down = await createTestIssuer()
  down.outage(true)
  const { verifyAccessToken } = createTokenVerifier(
    createAuthenticator({ verifier: createVerifier(down.verifierOptions) }),
    { invalidToken: () => expect.unreachable() },
  )
  await expect(verifyAccessToken(await down.mint())).rejects.toMatchObject({ code: 'SB_KEYS_UNAVAILABLE' })
})

test('needs a function', () => {
  // @ts-expect-error for JavaScript
  expect(() => createTokenVerifier(authenticator, {})).toThrow(/^invalidToken: /)
})

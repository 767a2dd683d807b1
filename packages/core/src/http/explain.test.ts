import { expect, onTestFinished, test } from 'vitest'
import { createVerifier } from '../jwt/verifier.js'
import { generateKey } from '../keys/generate.js'
import { createAuthenticator } from './authenticator.js'
import { plainHttpWarning } from './https.js'
import { authenticateRequest } from './web-request.js'

const verifier = createVerifier({
  issuer: 'https://auth.example.com',
  audience: 'https://api.example.com',
  typ: 'at+jwt',
  signature: { algorithms: ['ES256'], keys: await generateKey('ES256') },
})

function warnings(): { readonly code?: string; readonly message: string }[] {
  const found: { readonly code?: string; readonly message: string }[] = []
  const listener = (warning: Error & { readonly code?: string }): void => void found.push(warning)
  process.on('warning', listener)
  onTestFinished(() => void process.off('warning', listener))
  return found
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
const secure = (authorization: string) =>
  new Request('https://api.example.com/', { headers: { authorization } })

test('names the cause, the rule and the section, and warns', async () => {
  const printed = warnings()
  const authenticator = createAuthenticator({ verifier, explain: true })
  const outcome = await authenticateRequest(authenticator, secure('Bearer a.b'))
  expect(outcome).toMatchObject({
    status: 401,
    body: {
      error: 'invalid_token',
      code: 'SB_TOKEN_MALFORMED',
      rule: expect.stringContaining('Compact Serialization'),
      rfc: 'RFC 7519 §7.2',
    },
  })
  if (!outcome.ok) expect(await outcome.error.getResponse().json()).toEqual(outcome.body)
  const missing = await authenticateRequest(authenticator, new Request('https://api.example.com/'))
  expect(missing).toMatchObject({
    body: { code: 'SB_CREDENTIALS_MISSING', rfc: expect.stringMatching(/^RFC/) },
  })
  await turn()
  expect(printed.map(({ code }) => code)).toEqual(['SB_EXPLAIN'])
})

test.each([undefined, false])(
  'adds nothing to the body with explain: %s, and prints no warning',
  async (explain) => {
    const printed = warnings()
    const authenticator = createAuthenticator({ verifier, explain })
    const outcome = await authenticateRequest(authenticator, secure('Bearer a.b'))
    expect(Object.keys(outcome.ok ? {} : outcome.body)).toEqual(['error', 'error_description'])
    await turn()
    expect(printed).toEqual([])
  },
)

test('refuses anything but true and false', () => {
  expect(() => createAuthenticator({ verifier, explain: 'yes' as never })).toThrow(/^explain: must be/)
})

test('plain HTTP has its own text, and one warning that names the fix', async () => {
  const authenticator = createAuthenticator({ verifier })
  expect(await authenticateRequest(authenticator, new Request('http://api.example.com/'))).toMatchObject({
    status: 400,
    body: { error_description: expect.stringContaining('HTTPS') },
  })
  await turn()
  const printed = warnings()
  const tell = plainHttpWarning()
  for (let count = 0; count < 3; count++) tell()
  await turn()
  expect(printed.map(({ code }) => code)).toEqual(['SB_HTTPS_REQUIRED'])
  expect(printed[0]?.message).toContain('requireHttps: false')
})

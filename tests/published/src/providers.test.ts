import { readFileSync } from 'node:fs'
import {
  authenticateRequest,
  createAuthenticator,
  createKeySet,
  createVerifier,
  generateKey,
  type Key,
  publicJwks,
  type VerifierOptions,
} from '@sealbearer/core'
import { signJws } from '@sealbearer/core/jose'
import { providerTokens } from '@sealbearer/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'

const guide = new URL('../../../docs/guides/verify-provider-tokens.md', import.meta.url)
const [, section = ''] = readFileSync(guide, 'utf8').split('\n## Providers\n')
const rows = section
  .split('\n## ')[0]
  ?.split('\n')
  .filter((line) => line.startsWith('| '))
  .slice(2)
  .map((line) => line.slice(2, -2).split(' | '))

/** What a row says. */
interface RowOptions
  extends Pick<VerifierOptions<z.ZodType>, 'issuer' | 'audience' | 'typ' | 'claimsSchema'> {
  readonly algorithms: readonly ['RS256']
  readonly scopes?: () => readonly string[]
  readonly roles?: () => readonly string[]
}

/** Reads a row as the JavaScript that it is. */
function optionsOf([provider = '', issuer, audience, typ, algorithms, also = '']: readonly string[]) {
  const more = [...also.matchAll(/`((?:claimsSchema|scopes|roles): [^`]+)`/g)].map(([, option = '']) =>
    option.replaceAll(/ as (?:string\[\]|\{[^}]*\})/g, ''),
  )
  const members = [
    `issuer: ${issuer}`,
    `audience: ${audience}`,
    `typ: ${typ}`,
    `algorithms: ${algorithms}`,
    ...more,
  ]
  const code = `return { ${members.join(', ').replaceAll('`', '')} }`
  // The README is ours, and what it says is what has to be tried.
  const options: RowOptions = new Function('z', code)(z)
  return { provider, options }
}

let key: Key
let published: Awaited<ReturnType<typeof createKeySet>>
beforeAll(async () => {
  key = await generateKey('RS256')
  // As some providers do, without alg.
  published = await createKeySet({ keys: publicJwks(key).keys.map(({ alg: _, ...jwk }) => jwk) })
})

test('each provider is in the table', () => {
  expect(rows?.map(([provider]) => provider)).toEqual(Object.keys(providerTokens))
})

describe.each((rows ?? []).map(optionsOf))('$provider', ({ provider, options }) => {
  const tokens = providerTokens[provider]
  const { algorithms, scopes, roles, ...policy } = options

  async function authenticate(change: object = {}, header: object = {}) {
    const now = Math.floor(Date.now() / 1000)
    const content = { iat: now, exp: now + 300, ...tokens?.claims, ...change }
    const token = await signJws(new TextEncoder().encode(JSON.stringify(content)), {
      algorithm: 'RS256',
      key,
      protectedHeader: { ...tokens?.header, ...header },
    })
    // Two names of one issuer, as the table says.
    const shared = Array.isArray(policy.issuer) && { sharedByIssuers: true as const }
    const verifier = createVerifier({ ...policy, signature: { algorithms, keys: published, ...shared } })
    const authenticator = createAuthenticator({ verifier, scopes, roles })
    const headers = new Headers({ authorization: `Bearer ${token}` })
    return authenticateRequest(authenticator, new Request('https://api.example.com/', { headers }))
  }

  test('a token as documented is accepted', async () => {
    const outcome = await authenticate()
    if (!outcome.ok) throw outcome.error
    expect([...outcome.auth.scopes]).toEqual(tokens?.scopes)
    expect([...outcome.auth.roles]).toEqual(tokens?.roles)
  })

  const bad: readonly (readonly [title: string, change: object])[] = [
    ['of another tenant', { iss: 'https://evil.example' }],
    ['that has expired', { exp: 1 }],
    policy.audience === 'any' ? ['of another client', { client_id: 'x' }] : ['for others', { aud: 'x' }],
    ...(tokens?.idToken ? [['that is an ID token', tokens.idToken] as const] : []),
  ]
  test.each(bad)('a token %s is refused', async (_, change) => {
    expect(await authenticate(change)).toMatchObject({ ok: false, status: 401 })
  })

  test('a token of another type is refused', async () => {
    expect(await authenticate({}, { typ: 'dpop+jwt' })).toMatchObject({ ok: false, status: 401 })
  })
})

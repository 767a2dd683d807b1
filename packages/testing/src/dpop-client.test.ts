import { authenticateRequest, bearer, createAuthenticator, createVerifier, dpop } from '@sealbearer/core'
import { createMemoryStore } from '@sealbearer/core/stores'
import { expect, test } from 'vitest'
import { dpopClient, dpopProof } from './dpop-client.js'
import { createTestIssuer } from './issuer/test-issuer.js'

const url = 'https://api.test/orders?page=2'
const issuer = await createTestIssuer()
const { now } = issuer.clock

const create = (secret?: string) =>
  createAuthenticator({
    verifier: createVerifier(issuer.verifierOptions),
    credentials: [
      dpop({
        origin: 'https://api.test',
        replay: createMemoryStore({ now }),
        now,
        ...(secret !== undefined && { nonce: { secret } }),
      }),
      bearer(),
    ],
  })

/** Answers requests in this process, as a server would. */
const serverOf = (authenticator: ReturnType<typeof create>) => {
  const statuses: number[] = []
  const fetch = async (address: string | URL, init: RequestInit): Promise<Response> => {
    const outcome = await authenticateRequest(authenticator, new Request(address, init))
    const response = outcome.ok
      ? new Response(outcome.auth.claims.sub, { headers: outcome.headers as Record<string, string> })
      : outcome.error.getResponse()
    statuses.push(response.status)
    return response
  }
  return { statuses, fetch }
}

test('is accepted, and repeats the nonce that it is asked for', async () => {
  const server = serverOf(create('a nonce secret of 32 bytes or longer'))
  const client = await dpopClient({ now, fetch: server.fetch })
  const token = await issuer.mint({ cnf: client.confirmation })
  const response = await client.fetch(url, { token, method: 'POST', body: 'x' })
  expect(await response.text()).toBe('test-user')
  expect((await client.fetch(url, { token })).status).toBe(200)
  expect(server.statuses).toEqual([401, 200, 200])
})

test('returns other rejections immediately', async () => {
  const server = serverOf(create())
  const client = await dpopClient({ now, fetch: server.fetch })
  expect((await client.fetch(url, { token: await issuer.mint() })).status).toBe(401)
  expect(server.statuses).toEqual([401])
})

test('makes one proof, good or not', async () => {
  const authenticator = create()
  const client = await dpopClient({ now })
  const token = await issuer.mint({ cnf: client.confirmation })
  const codeOf = async (change: object) => {
    const proof = await client.proof({ method: 'GET', url, token, ...change })
    const headers = { Authorization: `DPoP ${token}`, DPoP: proof }
    const outcome = await authenticateRequest(authenticator, new Request(url, { headers }))
    return outcome.ok ? 'accepted' : outcome.error.code
  }
  expect(await codeOf({})).toBe('accepted')
  expect(await codeOf({ claims: { jti: undefined } })).toBe('SB_PROOF_INVALID')
  expect(await codeOf({ header: { typ: 'JWT' } })).toBe('SB_PROOF_INVALID')
  const other = await dpopProof({ now, method: 'GET', url, token })
  expect(other.confirmation).not.toEqual(client.confirmation)
  expect(other.proof.split('.')).toHaveLength(3)
})

import { type ChildProcess, fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import {
  authenticateRequest,
  bearer,
  createAuthenticator,
  createIssuer,
  createVerifier,
  dpop,
  importSecret,
} from '@sealbearer/core'
import { dpopClient } from '@sealbearer/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasRedis, startRedis, withRedis } from '../../../packages/redis/src/testing/redis-server.js'
import { engines, type StartedEngine } from './stores.js'

/** Uses of one proof. */
const count = 1_000

const secret = randomBytes(32).toString('base64url')
const keys = importSecret(secret, { alg: 'HS256', encoding: 'base64url' })
const origin = 'https://api.example.com'
const parties = { issuer: 'https://auth.example.com', audience: origin, typ: 'at+jwt' } as const
const verifier = createVerifier({ ...parties, signature: { algorithms: ['HS256'], keys } })
const issuer = createIssuer({ ...parties, lifetime: '5m', signature: { algorithm: 'HS256', keys } })

const client = await dpopClient()
const { token } = await issuer.issue({ sub: 'user_1', cnf: client.confirmation })
const headersWith = async (nonce?: string) => ({
  authorization: `DPoP ${token}`,
  dpop: await client.proof({ method: 'GET', url: `${origin}/orders`, token, nonce }),
})

/** Exactly one is accepted. A store with a single connection may be late for the last ones on a busy machine. */
function expectOneAccepted(outcomes: readonly string[]): void {
  expect(outcomes).toHaveLength(count)
  const refused = outcomes.filter((code) => code !== 'accepted')
  expect(refused).toHaveLength(count - 1)
  expect(['SB_PROOF_REPLAYED', 'SB_STORE_UNAVAILABLE']).toEqual(expect.arrayContaining([...new Set(refused)]))
  expect(refused).toContain('SB_PROOF_REPLAYED')
}

describe.each(engines)('a proof, with the replay check on $title', ({ isInstalled, start }) => {
  let started: StartedEngine | undefined
  beforeAll(async () => {
    if (isInstalled) started = await start()
  })
  afterAll(() => started?.stop())

  test.skipIf(!isInstalled)(`is accepted once of ${count} uses in parallel`, async () => {
    const open = started?.newWorld() ?? expect.unreachable()
    // Two servers that share what the store keeps, and nothing else.
    const servers = [1, 2].map(() =>
      createAuthenticator({
        verifier,
        credentials: [dpop({ origin, replay: open(() => new Date()) }), bearer()],
      }),
    )
    for (const headers of [await headersWith(), await headersWith()]) {
      const outcomes = await Promise.all(
        Array.from({ length: count }, (_, i) =>
          authenticateRequest(
            servers[i % 2] ?? expect.unreachable(),
            new Request(`${origin}/orders`, { headers }),
          ),
        ),
      )
      expectOneAccepted(outcomes.map((outcome) => (outcome.ok ? 'accepted' : outcome.error.code)))
    }
  })
})

describe(withRedis('two servers that share a Redis, each a process'), () => {
  let stop: () => Promise<void> = async () => {}
  afterAll(() => stop())

  test.skipIf(!hasRedis)('accept a proof once between them, with a nonce of either', async () => {
    const redis = await startRedis()
    const env = {
      ...process.env,
      REDIS_URL: redis.url,
      SECRET: secret,
      ORIGIN: origin,
      ISSUER: parties.issuer,
    }
    const program = fileURLToPath(new URL('guarded-process.js', import.meta.url))
    const processes = [1, 2].map(() => fork(program, { env, execArgv: [] }))
    stop = async () => {
      await Promise.all(processes.map(ended))
      await redis.stop()
    }
    const addresses = await Promise.all(processes.map(answer<AddressInfo>))
    const ask = (port: number, headers: Readonly<Record<string, string>> = {}) =>
      fetch(`http://127.0.0.1:${port}/orders`, { headers })
    for (const { port } of addresses) {
      const nonce = (await ask(port)).headers.get('dpop-nonce') ?? undefined
      const headers = await headersWith(nonce)
      const answers = await Promise.all(
        Array.from({ length: count / 2 }, () => addresses.map(({ port }) => ask(port, headers))).flat(),
      )
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
      expectOneAccepted(await Promise.all(answers.map((response) => response.text())))
    }
  })
})

async function answer<T>(child: ChildProcess): Promise<T> {
  const [message] = await once(child, 'message')
  return message
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  child.disconnect()
  await once(child, 'exit')
}

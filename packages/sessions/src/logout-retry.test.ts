import { createIssuer, createMemoryStore, createVerifier, generateKey } from '@sealbearer/core'
import { webAuthRequest } from '@sealbearer/core/internal'
import type { MemoryStore } from '@sealbearer/core/stores'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createLogoutEndpoint } from './logout-endpoint.js'
import { createRevocations } from './revocations.js'
import { createSessions } from './sessions.js'

const provider = 'https://login.example.com'
const audience = 'client_1'
const secret = 'a secret of this server, at least 32 bytes'
const now = (): Date => new Date(1_800_000_000_000)
const [providerKey, ownKey] = [await generateKey('ES256'), await generateKey('HS256')]
const logoutTokens = createIssuer({
  ...{ issuer: provider, audience, lifetime: '2m', typ: 'logout+jwt', now },
  signature: { algorithm: 'ES256', keys: providerKey },
})

/** Where a process stops: at which of its operations on the store, and whether that one is still done. */
interface Stop {
  readonly operation: number
  readonly isDone: boolean
}

/** A store that answers nothing any more once the process has stopped. */
function storeOf(inner: MemoryStore, without: readonly string[]) {
  let stop: Stop | undefined
  let [count, isStopped, last] = [0, false, '']
  const methods = Object.entries(inner).flatMap(([name, operation]) => {
    if (without.includes(name)) return []
    if (name === 'subscribe' || name === 'snapshot') return [[name, operation]]
    const wrapped = async (...input: readonly unknown[]): Promise<unknown> => {
      if (isStopped) throw new Error('stopped')
      last = name
      isStopped = stop !== undefined && count++ === stop.operation
      const isDone = !isStopped || stop?.isDone === true
      const result = isDone
        ? await (operation as (...input: readonly unknown[]) => unknown)(...input)
        : undefined
      if (isStopped) throw new Error('stopped')
      return result
    }
    return [[name, wrapped]]
  })
  return {
    // The same methods under the same names.
    store: Object.fromEntries(methods) as MemoryStore,
    stopAt(at: Stop) {
      stop = at
      count = 0
    },
    operations: () => ({ count, last }),
  }
}

/** A process of the service. */
async function startProcess(inner: MemoryStore, without: readonly string[] = []) {
  const { store, stopAt, operations } = storeOf(inner, without)
  const revocations = createRevocations({ store, maxTokenLifetime: '15m', onStoreLost: 'refuse', now })
  onTestFinished(() => revocations.close())
  await revocations.ready()
  const accessTokens = createIssuer({
    ...{ issuer: 'https://auth.example.com', audience: 'https://api.example.com', typ: 'at+jwt', now },
    ...{ lifetime: '15m', maxLifetime: '15m', signature: { algorithm: 'HS256', keys: ownKey } },
  })
  const sessions = createSessions({ accessTokens, refreshTokens: { secret }, store, revocations, now })
  const verifier = createVerifier({
    ...{ issuer: provider, audience, typ: 'logout+jwt', now },
    signature: { algorithms: ['ES256'], keys: providerKey },
  })
  const endpoint = createLogoutEndpoint({ verifier, sessions, revocations })
  const send = async (token: string): Promise<number> => {
    const request = new Request('https://app.example.com/', {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: `logout_token=${token}`,
    })
    return (await endpoint(Object.assign(webAuthRequest(request), { text: () => request.text() }))).status
  }
  return { sessions, send, stopAt, operations }
}

const start = ({ sessions }: Awaited<ReturnType<typeof startProcess>>) =>
  sessions.start({ sub: 'user_1', providerSession: { issuer: provider, sid: 'op_session' } })
const event = { 'http://schemas.openid.net/event/backchannel-logout': {} }
const tokenWith = async (claims: object) => (await logoutTokens.issue({ events: event, ...claims })).token

describe.each([
  { title: 'the session of the provider', claims: { sid: 'op_session' } },
  { title: 'the subject', claims: { sub: 'user_1' } },
])('a logout of $title', ({ claims }) => {
  /** More than a logout of two sessions needs. */
  const stops = Array.from({ length: 12 }, (_, operation) => operation)
  describe.each([true, false])('stopped, with the operation done: %s,', (isDone) => {
    test.each(stops)('at operation %i is done when it is sent to another process', async (operation) => {
      const inner = createMemoryStore({ now })
      const [first, second] = [await startProcess(inner), await startProcess(inner)]
      const started = [await start(first), await start(first)]
      const token = await tokenWith(claims)

      first.stopAt({ operation, isDone })
      const answer = await first.send(token)
      const { count, last } = first.operations()
      expect(count, 'the stops reach all operations').toBeLessThan(stops.length)
      expect(answer).toBe(count > operation ? 503 : 200)

      // Once the token is noted, everything is done.
      const isNoted = answer === 200 || (isDone && last === 'claim')
      expect(await second.send(token)).toBe(isNoted ? 400 : 200)
      expect(await second.sessions.list('user_1')).toEqual([])
      const { entries } = await inner.snapshot()
      const revoked = entries.flatMap(({ kind, value }) => (kind === 'sid' ? [value] : []))
      for (const { session } of started) expect(revoked).toContain(session.id)

      // A replay ends no new session, at neither of them.
      await start(second)
      expect(await second.send(token)).toBe(400)
      expect(await second.sessions.list('user_1')).toHaveLength(1)
      // Another token does.
      expect(await second.send(await tokenWith(claims))).toBe(200)
      expect(await second.sessions.list('user_1')).toEqual([])
    })
  })

  test('is answered with 200 once, of fifty at the same time at two processes', async () => {
    const inner = createMemoryStore({ now })
    const processes = [await startProcess(inner), await startProcess(inner)] as const
    await start(processes[0])
    const token = await tokenWith(claims)
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, i) => (i % 2 ? processes[0] : processes[1]).send(token)),
    )
    expect(answers.filter((status) => status === 200)).toHaveLength(1)
    expect(answers.filter((status) => status === 400)).toHaveLength(49)
    expect(await processes[0].sessions.list('user_1')).toEqual([])
  })

  test('is repeated by the same process where the store can only claim', async () => {
    const inner = createMemoryStore({ now })
    const first = await startProcess(inner, ['isClaimed', 'readLinked'])
    await start(first)
    const token = await tokenWith(claims)
    expect(await first.send(token)).toBe(200)
    expect(await first.send(token)).toBe(400)
    expect(await first.sessions.list('user_1')).toEqual([])
  })
})

import type { SessionStore } from '@sealbearer/core/stores'
import { describe, expect, test } from 'vitest'
import { sessionsLink } from './sessions.js'
import { claimsOf } from './testing/claims-of.js'
import { setUp } from './testing/setup.js'

const providerSession = { issuer: 'https://login.example.com', sid: 'op_session' }

/** A store that calls a function before or after each operation. */
function calling(call: (at: string) => Promise<void>) {
  return (store: SessionStore): SessionStore =>
    Object.fromEntries(
      Object.entries(store).map(([name, operation]: [string, (input: never) => Promise<unknown>]) => [
        name,
        async (input: never) => {
          await call(`before ${name}`)
          const result = await operation(input)
          await call(`after ${name}`)
          return result
        },
      ]),
      // The same operations under the same names.
    ) as unknown as SessionStore
}

const steps = ['link', 'create', 'readLinked'].flatMap((name) => [`before ${name}`, `after ${name}`])

/** Starts a session during which the provider ends one of its own. */
async function startDuring(step: string, ended: string) {
  let isDone = false
  const made = await setUp({
    store: calling(async (at) => {
      if (isDone || at !== step) return
      isDone = true
      await sessionsLink(made.sessions).endLinked(providerSession.issuer, ended)
    }),
  })
  const started = await made.sessions.start({ sub: 'user_1', providerSession }).catch((error) => error)
  expect(isDone).toBe(true)
  return { ...made, started }
}

describe('a logout of the provider while a session starts', () => {
  test.each(steps.slice(1))('ends it: %s', async (step) => {
    const { sessions, started } = await startDuring(step, 'op_session')
    expect(await sessions.list('user_1')).toEqual([])
    if (started.refreshToken === undefined) expect(started).toMatchObject({ code: 'SB_REFRESH_REFUSED' })
    else await expect(sessions.renew(started.refreshToken)).rejects.toThrow()
  })

  test.each(steps)('leaves that of another session of the provider: %s', async (step) => {
    const { sessions, started } = await startDuring(step, 'another')
    expect(await sessions.list('user_1')).toHaveLength(1)
    await sessions.renew(started.refreshToken)
    // Which is found later.
    await sessionsLink(sessions).endLinked(providerSession.issuer, 'op_session')
    expect(await sessions.list('user_1')).toEqual([])
  })
})

test.each([
  { logins: 3, isParallel: false, left: 1 },
  { logins: 4, isParallel: false, left: 0 },
  { logins: 8, isParallel: false, left: 0 },
  { logins: 8, isParallel: true, left: 0 },
])(
  'no session outlives the logout of its provider after $logins more logins: parallel $isParallel',
  async ({ logins, isParallel, left }) => {
    const made = await setUp({ maxSessionsPerSubject: 4 })
    const { sessions, revocations, events } = made
    const { accessToken, session } = await sessions.start({ sub: 'user_1', providerSession })
    const other = await sessions.start({ sub: 'user_2' })
    const logInAndOut = async () => {
      const { refreshToken } = await sessions.start({ sub: 'user_1', providerSession })
      await sessions.end({ refreshToken })
    }
    if (isParallel) await Promise.all(Array.from({ length: logins }, logInAndOut))
    else for (let i = 0; i < logins; i++) await logInAndOut()
    expect(await sessions.list('user_1')).toHaveLength(left)
    if (left === 0) expect(events).toContainEqual({ type: 'ended', sid: session.id, by: 'limit' })

    await sessionsLink(sessions).endLinked(providerSession.issuer, providerSession.sid)
    expect(await sessions.list('user_1')).toEqual([])
    expect(revocations.isRevoked(claimsOf(accessToken))).toBe(true)
    expect(revocations.isRevoked(claimsOf(other.accessToken))).toBe(false)
  },
)

test.each([0, 1, 2, 3])(
  'a login over the limit revokes all that it ends, while %i revocations cannot be stored',
  async (failures) => {
    const { sessions, revocations, store, pass, ...made } = await setUp({ maxSessionsPerSubject: 4 })
    const others = []
    for (let i = 0; i < 4; i++) {
      others.push(await sessions.start({ sub: 'user_1' }))
      pass(1)
    }
    const { append, create } = store
    let left = failures
    store.append = async (entry) => {
      if (left-- > 0) throw new Error('unavailable')
      return append(entry)
    }
    // The limit has been lowered since: this login ends three.
    const lowered = await setUp({
      ...{ maxSessionsPerSubject: 2, revocations },
      store: () => ({ ...store, create }),
      now: made.now,
    })
    const started = await lowered.sessions.start({ sub: 'user_1' })
    expect(lowered.events.filter(({ type }) => type === 'ended')).toHaveLength(3)
    const isRevoked = others.map(({ accessToken }) => revocations.isRevoked(claimsOf(accessToken)))
    expect(isRevoked).toEqual([true, true, true, false])
    expect((await lowered.sessions.list('user_1'))[0]?.id).toBe(started.session.id)
  },
)

/** Stores that create a session, and whose answer is lost or says that there was one: a client sent the command again. */
const lostAnswers: Readonly<Record<string, (create: SessionStore['create']) => SessionStore['create']>> = {
  'an answer that is lost': (create) => async (session) => {
    await create(session)
    throw new Error('connection reset')
  },
  'a command that is sent again': (create) => async (session) => {
    await create(session)
    return create(session)
  },
  'a store that is unavailable': () => async () => {
    throw new Error('connection refused')
  },
}

test.each(Object.entries(lostAnswers))('%s leaves no session behind', async (_, losing) => {
  let isLosing = false
  const { sessions } = await setUp({
    maxSessionsPerSubject: 3,
    store: (inner) => ({
      create: (session) => (isLosing ? losing(inner.create) : inner.create)(session),
    }),
  })
  const others = [await sessions.start({ sub: 'user_1' }), await sessions.start({ sub: 'user_1' })]
  isLosing = true
  for (let i = 0; i < 5; i++) {
    await expect(sessions.start({ sub: 'user_1' })).rejects.toMatchObject({ code: 'SB_STORE_UNAVAILABLE' })
    await new Promise(setImmediate)
  }
  isLosing = false
  await sessions.start({ sub: 'user_1' })
  // Nobody else was logged out for them.
  expect(await sessions.list('user_1')).toHaveLength(3)
  for (const { refreshToken } of others) await sessions.renew(refreshToken)
})

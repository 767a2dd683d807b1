import { createMemoryStore } from '@sealbearer/core'
import { expect, onTestFinished, test } from 'vitest'
import { sessionKey } from './refresh-token.js'
import { createRevocations } from './revocations.js'
import { claimsOf } from './testing/claims-of.js'
import { setUp } from './testing/setup.js'

const maxEntries = 100

async function withFewEntries() {
  const overflows: string[] = []
  const store = createMemoryStore()
  const revocations = createRevocations({
    store,
    maxTokenLifetime: '15m',
    onStoreLost: 'refuse',
    maxEntries,
    onEvent: ({ type }) => {
      if (type === 'overflow') overflows.push(type)
    },
  })
  onTestFinished(() => revocations.close())
  await revocations.ready()
  const made = await setUp({ revocations, withoutRevocations: true })
  return { ...made, revocations, overflows }
}

/** Refresh tokens of sessions that are gone: each can be the last sign of a revocation that was lost. */
test.each([
  { title: 'a few', count: 10, revoked: 10 },
  { title: 'very many', count: 3 * maxEntries, revoked: maxEntries / 2 + 1 },
])('$title old tokens revoke no token of others', async ({ count, revoked }) => {
  const { sessions, store, revocations, overflows } = await withFewEntries()
  const other = await sessions.start({ sub: 'another user' })
  for (let i = 0; i < count; i++) {
    const { refreshToken, session } = await sessions.start({ sub: `user ${i}` })
    const key = sessionKey(session.id)
    if (key === undefined) throw new Error('no session id')
    await store.end(key)
    await expect(sessions.renew(refreshToken)).rejects.toMatchObject({ code: 'SB_REFRESH_REFUSED' })
  }
  expect(revocations.status().entries).toBe(revoked)
  expect(overflows).toEqual([])
  expect(revocations.isRevoked(claimsOf(other.accessToken))).toBe(false)
})

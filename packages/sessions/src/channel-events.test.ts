import { type ChannelEvents, createMemoryStore, listenTo } from '@sealbearer/core'
import type { RevocationStore } from '@sealbearer/core/stores'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { RevocationEvent } from './revocation-event.js'
import { createRevocations } from './revocations.js'
import type { RevocationsOptions } from './revocations-options.js'
import { setUp } from './testing/setup.js'

/** The events of a channel during the test. */
function eventsOf<Name extends keyof ChannelEvents>(name: Name): ChannelEvents[Name][] {
  const events: ChannelEvents[Name][] = []
  onTestFinished(listenTo(name, (event) => events.push(event)))
  return events
}

test('sealbearer:session has what onEvent has', async () => {
  const published = eventsOf('sealbearer:session')
  const { sessions, events } = await setUp()
  const { refreshToken, session } = await sessions.start({ sub: 'user_123' })
  await sessions.renew(refreshToken)
  await sessions.end({ sid: session.id })
  expect(published).toEqual([
    { type: 'started', sid: session.id },
    { type: 'renewed', sid: session.id },
    { type: 'ended', sid: session.id, by: 'server' },
  ])
  expect(events).toEqual(published)
})

describe('sealbearer:revocation', () => {
  function revocationsOn(store: RevocationStore, options: Partial<RevocationsOptions> = {}) {
    const published = eventsOf('sealbearer:revocation')
    const events: RevocationEvent[] = []
    const revocations = createRevocations({
      ...{ store, maxTokenLifetime: '15m', onStoreLost: 'refuse', interval: 0.01 },
      onEvent: (event) => events.push(event),
      ...options,
    })
    onTestFinished(() => revocations.close())
    return { revocations, published, events }
  }

  test('has revocations without what they revoke', async () => {
    const { revocations, published, events } = revocationsOn(createMemoryStore())
    await revocations.ready()
    await revocations.revoke({ sub: 'user_123' })
    await revocations.revoke({ clientId: 'client_123' })
    expect(published).toEqual([
      { type: 'connected', lag: expect.any(Number) },
      { type: 'revoked', claim: 'sub', stored: true },
      { type: 'revoked', claim: 'client_id', stored: true },
    ])
    expect(events).toEqual(published)
  })

  test('has the loss of a store and its return, once each', async () => {
    const memory = createMemoryStore()
    let isLost = false
    const lost = (): Promise<never> => Promise.reject(new Error('correct-horse'))
    const store: RevocationStore = {
      append: (revocation) => (isLost ? lost() : memory.append(revocation)),
      snapshot: (position) => (isLost ? lost() : memory.snapshot(position)),
      subscribe: (changed) => memory.subscribe(changed),
    }
    const { revocations, published } = revocationsOn(store)
    await revocations.ready()
    isLost = true
    await expect(revocations.revoke({ jti: 'token_123' })).rejects.toMatchObject({
      code: 'SB_STORE_UNAVAILABLE',
    })
    await expect(revocations.revoke({ jti: 'token_456' })).rejects.toThrow()
    isLost = false
    await expect.poll(() => revocations.status().connected).toBe(true)
    expect(published.slice(1)).toEqual([
      { type: 'store-lost' },
      { type: 'revoked', claim: 'jti', stored: false },
      { type: 'revoked', claim: 'jti', stored: false },
      { type: 'connected', lag: expect.any(Number) },
    ])
  })

  test('has a store that is lost from the start', async () => {
    const store: RevocationStore = {
      ...createMemoryStore(),
      snapshot: () => Promise.reject(new Error('correct-horse')),
    }
    const { revocations, published } = revocationsOn(store)
    await expect(revocations.ready()).rejects.toMatchObject({ code: 'SB_STORE_UNAVAILABLE' })
    expect(published).toEqual([{ type: 'store-lost' }])
  })

  test('has a memory that overflows', async () => {
    const { revocations, published } = revocationsOn(createMemoryStore(), { maxEntries: 2 })
    await revocations.ready()
    for (const jti of ['one', 'two', 'three']) await revocations.revoke({ jti })
    expect(published).toContainEqual({ type: 'overflow', maxEntries: 2 })
  })

  test.each(['log', null])('onEvent must be a function: %j', (onEvent) => {
    // @ts-expect-error plain JavaScript can pass anything
    expect(() => revocationsOn(createMemoryStore(), { onEvent })).toThrow(/^onEvent: must be a function/)
  })
})

import type { ReplayStore, RevocationStore, SessionStore } from '@sealbearer/core/stores'
import { afterAll, beforeAll, describe, test } from 'vitest'
import type { Engine, Send, StartedEngine } from './stores.js'

type AnyStore = SessionStore & RevocationStore & ReplayStore

/** Operations that change what a store holds, for the state that `prepare` makes. */
const operations: readonly { name: string; run(store: AnyStore, id: string): Promise<unknown> }[] = [
  // The limit ends another session.
  { name: 'create', run: (store, id) => store.create({ ...sessionOf(id, 'new'), limit: 1 }) },
  { name: 'rotate', run: (store, id) => store.rotate(tokenOf(id, 2)) },
  { name: 'rotate, with a stolen token', run: (store, id) => store.rotate(tokenOf(id, 7)) },
  { name: 'markSeen', run: (store, id) => store.markSeen(tokenOf(id, 2)) },
  { name: 'end', run: (store, id) => store.end({ subject: id, sid: 'sid' }) },
  { name: 'endAll', run: (store, id) => store.endAll({ subject: id }) },
  { name: 'link', run: (store, id) => store.link({ ...linkOf(id), sid: 'new' }) },
  { name: 'takeLinked', run: (store, id) => store.takeLinked({ link: id }) },
  { name: 'claim', run: (store, id) => store.claim(id, 60) },
  { name: 'append', run: (store, id) => store.append(revocationOf(id)) },
]

/**
 * What reaches a store after its operation has failed changes nothing: the caller has been told that it was not done, and the
 * client has gone on, perhaps at another process.
 */
export function testLateCommands(engines: readonly Engine[]): void {
  describe.each(engines)('commands that arrive late: $title', ({ start, isInstalled }) => {
    describe.skipIf(!isInstalled)('each operation', () => {
      let engine: StartedEngine
      beforeAll(async () => {
        engine = await start()
      }, 120_000)
      afterAll(() => engine?.stop())

      function open(send: Send, timeout: number): AnyStore {
        const store = engine.open?.(send, timeout)
        if (store === undefined) throw new Error('an engine without commands')
        return store
      }

      test.concurrent.for(operations)('does nothing when it is late: $name', async ({ run }, { expect }) => {
        const { id, gate, store, state } = await prepare(1)
        const before = await state()
        gate.close()
        await expect(run(store, id)).rejects.toMatchObject({ code: 'SB_STORE_UNAVAILABLE', status: 503 })
        await gate.open()
        expect(await state()).toEqual(before)
      })

      test.concurrent.for(operations)(
        'is done once when it is in time: $name',
        async ({ run }, { expect }) => {
          const { id, gate, store, state } = await prepare(30)
          const before = await state()
          gate.close()
          const held = run(store, id)
          await gate.open()
          await held
          expect(await state()).not.toEqual(before)
        },
      )

      /** A session with one renewal and a link, and a store whose commands a gate holds. */
      async function prepare(timeout: number) {
        const id = crypto.randomUUID()
        const gate = createGate()
        const store = open(gate.pass, timeout)
        const other = open((command) => command(), 30)
        await other.create(sessionOf(id, 'sid'))
        await other.rotate(tokenOf(id, 1))
        await other.link(linkOf(id))
        // From now on it knows the clock of the store.
        await store.read({ subject: id, sid: 'sid' })
        const state = async () => ({
          sessions: await other.list({ subject: id }),
          linked: await other.readLinked?.({ link: id }),
          claimed: await other.isClaimed?.(id),
          revocations: (await other.snapshot()).entries.filter(({ value }) => value === id),
        })
        return { id, gate, store, state }
      }
    })
  })
}

/** Holds what passes while it is closed. */
function createGate() {
  let opened = Promise.resolve()
  let open = (): void => {}
  const held = new Set<Promise<unknown>>()
  return {
    close() {
      opened = new Promise((resolve) => {
        open = resolve
      })
    },
    /** Resolves when what was held has arrived and is answered. */
    async open() {
      open()
      while (held.size > 0) await Promise.allSettled(held)
    },
    pass<Reply>(send: () => Promise<Reply>): Promise<Reply> {
      const reply = opened.then(send).finally(() => held.delete(reply))
      held.add(reply)
      return reply
    },
  }
}

const minute = 60_000

const sessionOf = (subject: string, sid: string) => ({
  ...{ subject, sid, version: 1, sub: 'user', secretHash: 'hash', confirmation: null, content: '{}' },
  ...{ lifetime: 60 * minute, idle: 60 * minute, limit: 10 },
})

const tokenOf = (subject: string, generation: number) => ({
  ...{ subject, sid: 'sid', secretHash: 'hash', confirmation: null, generation },
  ...{ window: minute, idle: 60 * minute },
})

const linkOf = (id: string) => ({ link: id, subject: id, sid: 'sid', lifetime: minute, limit: 10 })

const revocationOf = (value: string) =>
  ({ kind: 'sid', value, issuedUntil: null, expiresAt: Date.now() + minute }) as const

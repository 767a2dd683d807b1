import type { SessionStore } from '@sealbearer/core/stores'
import { expect, test } from 'vitest'
import { setUp } from './testing/setup.js'

const unavailable = expect.objectContaining({ code: 'SB_STORE_UNAVAILABLE', status: 503 })

const garbage: readonly unknown[] = [
  ...[
    null,
    '',
    'text',
    0,
    1,
    true,
    {},
    [],
    [null],
    new Array(1),
    { outcome: 'renewed' },
    { outcome: 'lost' },
  ],
  ...[{ outcome: 'refused' }, { outcome: 'refused', kind: 'other' }, { outcome: 'reuse', kind: 'replayed' }],
  ...[
    { record: null, ended: [] },
    { sid: 'a', subject: 'b' },
  ],
]

/** A damaged copy of each answer: without one member, or with another value of it. */
function damaged(answer: unknown): unknown[] {
  if (typeof answer !== 'object' || answer === null) return []
  if (Array.isArray(answer)) return damaged(answer[0]).map((entry) => [entry])
  return Object.entries(answer).flatMap(([name, value]) => [
    { ...answer, [name]: undefined },
    { ...answer, [name]: Symbol('another type') },
    ...damaged(value).map((inner) => ({ ...answer, [name]: inner })),
  ])
}

const provider = { issuer: 'https://op.example', sid: 'provider session' }

const operations: Readonly<
  Partial<Record<keyof SessionStore, 'start' | 'renew' | 'end' | 'endAll' | 'list'>>
> = {
  create: 'start',
  readLinked: 'start',
  read: 'renew',
  rotate: 'renew',
  end: 'end',
  endAll: 'endAll',
  list: 'list',
}

/** Logs in, and calls what uses an operation whose answer is changed. */
async function callWith(operation: keyof SessionStore, change: (answer: unknown) => unknown) {
  let isChanged = false
  const { sessions } = await setUp({
    claims: () => ({}),
    store: (store) => {
      // Each takes one argument, and the union of their types cannot be called.
      const call = store[operation] as (input: never) => Promise<unknown>
      return {
        [operation]: async (input: never) => {
          const answer = await call(input)
          return isChanged ? change(answer) : answer
        },
      }
    },
  })
  const start = (sub: string) => sessions.start({ sub, providerSession: provider })
  const { refreshToken } = await start('user_1')
  isChanged = true
  const calls = {
    start: () => start('user_1'),
    renew: () => sessions.renew(refreshToken),
    end: () => sessions.end({ refreshToken }),
    endAll: () => sessions.endAll('user_1'),
    list: () => sessions.list('user_1'),
  }
  return calls[operations[operation] ?? 'start']()
}

// Object.keys loses the type of the names.
const names = Object.keys(operations) as (keyof typeof operations)[]

test.each(names)('any answer of a store to %s that it cannot have is 503', async (operation) => {
  let genuine: unknown
  await expect(
    callWith(operation, (answer) => {
      genuine = answer
      return answer
    }),
  ).resolves.toBeDefined()

  // An empty list is genuine.
  const others = garbage.filter((one) => JSON.stringify(one) !== '[]' || !Array.isArray(genuine))
  for (const answer of [...others, ...damaged(genuine)]) {
    await expect(callWith(operation, () => answer)).rejects.toEqual(unavailable)
  }
})

test.each(['read', 'rotate', 'end'] as const)(
  'a connection that mixes up the replies to %s logs nobody in as another user',
  async (operation) => {
    let answers: unknown[] = []
    const { sessions } = await setUp({
      claims: () => ({}),
      store: (store) => {
        const call = store[operation] as (input: never) => Promise<unknown>
        return {
          [operation]: async (input: never) => {
            answers = [...answers, await call(input)]
            return answers[0]
          },
        }
      },
    })
    const [first, second] = [await sessions.start({ sub: 'user_1' }), await sessions.start({ sub: 'user_2' })]
    const use = ({ refreshToken }: { refreshToken: string }): Promise<unknown> =>
      operation === 'end' ? sessions.end({ refreshToken }) : sessions.renew(refreshToken)
    await expect(use(first)).resolves.toBeDefined()
    await expect(use(second)).rejects.toEqual(unavailable)
  },
)

test.each(['user_1 is not JSON', 'null', '[]', '"user_1"'])(
  'content that the store has damaged to %j is 503, and in no message',
  async (content) => {
    let isDamaged = false
    const { sessions } = await setUp({
      store: (store) => ({
        list: async (input) =>
          (await store.list(input)).map((record) => (isDamaged ? { ...record, content } : record)),
      }),
    })
    await sessions.start({ sub: 'user_1' })
    await expect(sessions.list('user_1')).resolves.toHaveLength(1)
    isDamaged = true
    const error: unknown = await sessions.list('user_1').catch((thrown: unknown) => thrown)
    expect(error).toEqual(unavailable)
    expect(String(error)).not.toContain('user_1')
  },
)

import { recordVersion } from '@sealbearer/core/stores'
import { collectGarbage } from '../measure/heap.js'
import { inMemory, type Place, type Setup, setUp } from './setup.js'

/** A figure, with its unit. */
export interface Figure {
  readonly title: string
  readonly value: number
  readonly unit: string
}

/** Milliseconds that something takes. */
async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}

/** Renews the sessions of as many clients at the same time, each `rounds` times. */
async function renewalsPerSecond({ sessions }: Setup, clients: number, rounds: number): Promise<number> {
  const grants = await Promise.all(
    Array.from({ length: clients }, (_, i) => sessions.start({ sub: `user ${i}` })),
  )
  const renewAll = async (refreshToken: string): Promise<void> => {
    let token = refreshToken
    for (let i = 0; i < rounds; i++) token = (await sessions.renew(token)).refreshToken ?? token
  }
  const milliseconds = await timed(() =>
    Promise.all(grants.map(({ refreshToken }) => renewAll(refreshToken))),
  )
  return (clients * rounds * 1000) / milliseconds
}

const parallel = 1000

/** @throws {Error} when more than one of them rotates. */
async function parallelRenewals({ sessions }: Setup): Promise<number> {
  const { refreshToken } = await sessions.start({ sub: 'user' })
  let rotated = 0
  const milliseconds = await timed(async () => {
    const renewed = await Promise.all(Array.from({ length: parallel }, () => sessions.renew(refreshToken)))
    rotated = renewed.filter((grant) => grant.refreshToken !== undefined).length
  })
  if (rotated !== 1) throw new Error(`${rotated} of ${parallel} parallel renewals rotated`)
  return milliseconds
}

/** @param share How much is measured, of the usual. */
export async function renewalFigures(place: Place, share: number): Promise<readonly Figure[]> {
  const setup = await setUp(place)
  const rounds = (usual: number): number => Math.max(1, Math.round(usual * share))
  await renewalsPerSecond(setup, 10, rounds(100))
  const figures = [
    {
      title: `renewals on ${place.title}, one after the other`,
      value: await renewalsPerSecond(setup, 1, rounds(3000)),
      unit: 'a second',
    },
    {
      title: `renewals on ${place.title}, of 50 clients at the same time`,
      value: await renewalsPerSecond(setup, 50, rounds(200)),
      unit: 'a second',
    },
    {
      title: `${parallel} parallel renewals of one token on ${place.title}`,
      value: await parallelRenewals(setup),
      unit: 'ms together',
    },
  ]
  setup.revocations.close()
  return figures
}

/** What a look at the revocations adds to a remembered token, with so many revocations in memory. */
export async function revocationFigure(share: number): Promise<Figure> {
  const { sessions, revocations, verifier, plain } = await setUp(inMemory())
  const entries = Math.max(10, Math.round(10_000 * share))
  for (let i = 0; i < entries; i++) await revocations.revoke({ jti: `token ${i}` })
  const { accessToken } = await sessions.start({ sub: 'user' })
  const count = Math.max(1000, Math.round(1_000_000 * share))
  const perToken = async (read: (token: string) => Promise<unknown>): Promise<number> => {
    for (let i = 0; i < 1000; i++) await read(accessToken)
    return (
      (1000 *
        (await timed(async () => {
          for (let i = 0; i < count; i++) await read(accessToken)
        }))) /
      count
    )
  }
  const runs: number[] = []
  // In turn, so that a busy moment meets both.
  for (let i = 0; i < 5; i++) {
    const without = await perToken((token) => plain.verify(token))
    runs.push((await perToken((token) => verifier.verify(token))) - without)
  }
  revocations.close()
  const value = runs.sort((a, b) => a - b)[2] ?? Number.NaN
  return { title: `a look at ${entries} revocations, for a remembered token`, value, unit: 'µs' }
}

/** What sessions and revocations take up in the memory of a process. */
export async function memoryFigures(share: number): Promise<readonly Figure[]> {
  const count = Math.max(100, Math.round(100_000 * share))
  const bytesEach = async (add: (i: number) => Promise<unknown>): Promise<number> => {
    collectGarbage()
    const before = process.memoryUsage().heapUsed
    for (let i = 0; i < count; i++) await add(i)
    collectGarbage()
    return (process.memoryUsage().heapUsed - before) / count
  }
  const { store } = inMemory()
  const name = (): string => crypto.randomUUID().replaceAll('-', '').slice(0, 22)
  const family = await bytesEach(async (i) =>
    store.create({
      ...{
        version: recordVersion,
        subject: name(),
        sid: name() + name(),
        sub: `user ${i}`,
        secretHash: name(),
      },
      ...{ confirmation: null, content: '{}', lifetime: 1e9, idle: 1e9, limit: 10 },
    }),
  )
  const { revocations } = await setUp(inMemory())
  const revocation = await bytesEach(() => revocations.revoke({ sid: name() + name() }))
  revocations.close()
  return [
    { title: 'a session in the store in memory', value: family, unit: 'bytes' },
    {
      title: 'a revocation, in the store in memory and in the process that follows it',
      value: revocation,
      unit: 'bytes',
    },
  ]
}

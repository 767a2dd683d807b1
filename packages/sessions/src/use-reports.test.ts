import { expect, test } from 'vitest'
import { createUseReports, type SessionUse } from './use-reports.js'

const tokenOf = (sid: string, generation: number) => ({
  sid,
  sb_gen: generation,
  jti: `${sid}.${generation}`,
})

function setUp(maxEntries = 100) {
  const sent: SessionUse[] = []
  const state = { fails: false }
  const reports = createUseReports(async (use) => {
    sent.push(use)
    if (state.fails) throw new Error('the store is lost')
  }, maxEntries)
  return { reports, sent, state }
}

test('each generation is reported once', () => {
  const { reports, sent } = setUp()
  for (const generation of [1, 1, 2, 1, 2, 3, 1, 3]) reports.note(tokenOf('a', generation))
  expect(sent.map(({ generation }) => generation)).toEqual([1, 2, 3])
})

test('an older generation is reported too, because it may be displaced', () => {
  const { reports, sent } = setUp()
  for (const generation of [3, 2, 2, 3, 2]) reports.note(tokenOf('a', generation))
  expect(sent.map(({ generation }) => generation)).toEqual([3, 2])
})

test('a failed report is repeated', async () => {
  const { reports, sent, state } = setUp()
  state.fails = true
  reports.note(tokenOf('a', 1))
  await new Promise(setImmediate)
  state.fails = false
  reports.note(tokenOf('a', 1))
  reports.note(tokenOf('a', 1))
  expect(sent).toHaveLength(2)
})

test('a failed report is repeated, even after that of a newer generation', async () => {
  const { reports, sent, state } = setUp()
  state.fails = true
  reports.note(tokenOf('a', 1))
  reports.note(tokenOf('a', 2))
  await new Promise(setImmediate)
  state.fails = false
  for (const generation of [1, 2, 1, 2]) reports.note(tokenOf('a', generation))
  expect(sent.map(({ generation }) => generation)).toEqual([1, 2, 1, 2])
})

test.each([{}, { sid: 'a' }, { sb_gen: 1 }, { sid: 1, sb_gen: 1 }, { sid: 'a', sb_gen: '1' }])(
  'a token of no session is not reported: %j',
  (claims) => {
    const { reports, sent } = setUp()
    reports.note(claims)
    expect(sent).toEqual([])
  },
)

test('a session that was evicted is reported again', () => {
  const { reports, sent } = setUp(2)
  for (const sid of ['a', 'b', 'c', 'c', 'a']) reports.note(tokenOf(sid, 1))
  expect(sent.map(({ sid }) => sid)).toEqual(['a', 'b', 'c', 'a'])
})

test('reports that never end do not block others, and are repeated', async () => {
  const sent: SessionUse[] = []
  let hangs = true
  const report = async (use: SessionUse): Promise<void> => {
    sent.push(use)
    if (hangs) await new Promise(() => {})
  }
  const reports = createUseReports(report, 10_000, 0.05)
  for (let i = 0; i < 1_001; i++) reports.note(tokenOf(`session ${i}`, 1))
  expect(sent).toHaveLength(1_000)
  hangs = false
  const noted = (): string | undefined => {
    reports.note(tokenOf('session 1000', 1))
    return sent.at(-1)?.sid
  }
  await expect.poll(noted).toBe('session 1000')
  reports.note(tokenOf('session 0', 1))
  expect(sent.at(-1)?.sid).toBe('session 0')
})

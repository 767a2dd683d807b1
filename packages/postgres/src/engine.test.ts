import { expect, test } from 'vitest'
import { createEngine } from './engine.js'

/** A client whose first statements fail with a code. */
function failing(code: string, times: number) {
  let calls = 0
  const client = {
    query: async () => {
      calls++
      if (calls <= times) throw Object.assign(new Error('failed'), { code })
      return { rows: [{ outcome: 'found' }] }
    },
  }
  return { client, calls: () => calls }
}

test.each(['40001', '40P01'])('repeats a statement after the conflict %s', async (code) => {
  const { client, calls } = failing(code, 2)
  expect(await createEngine(client, '"s"', 5).runAnyTime('SELECT 1')).toEqual([{ outcome: 'found' }])
  expect(calls()).toBe(3)
})

test.each([
  { title: 'an error that is no conflict', code: '42P01', seconds: 5, calls: 1 },
  { title: 'conflicts without an end', code: '40001', seconds: 5, calls: 20 },
  { title: 'a conflict after its time', code: '40001', seconds: 0, calls: 1 },
])('does not repeat a statement after $title', async ({ code, seconds, calls: most }) => {
  const { client, calls } = failing(code, 100)
  await expect(createEngine(client, '"s"', seconds).runAnyTime('SELECT 1')).rejects.toMatchObject({
    code: 'SB_STORE_UNAVAILABLE',
  })
  expect(calls()).toBe(most)
})

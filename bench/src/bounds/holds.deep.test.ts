import { expect, test } from 'vitest'
import { measureHolds } from './holds.js'

test('nothing that others can ask for holds a process for longer than its bound', async () => {
  const holds = await measureHolds()
  expect(holds).toHaveLength(30)
  for (const { title, milliseconds, boundMilliseconds } of holds) {
    expect(milliseconds, title).toBeLessThan(boundMilliseconds)
  }
})

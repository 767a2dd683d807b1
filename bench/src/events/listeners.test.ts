import { expect, test } from 'vitest'
import { listenerFigures } from './listeners.js'

test('listeners are measured beside nobody', async () => {
  const figures = await listenerFigures(100)
  expect(figures).toHaveLength(4)
  expect(figures[0]).toMatchObject({ title: 'nobody listens', more: 0 })
  for (const { decision } of figures) expect(decision).toBeGreaterThanOrEqual(0)
})

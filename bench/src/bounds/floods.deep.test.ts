import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { measureFloods } from './floods.js'

setFlagsFromString('--expose-gc')
globalThis.gc = runInNewContext('gc')

test('every flood gets the answer that it must get, and is counted', async () => {
  const floods = await measureFloods({ count: 200 })
  expect(floods).toHaveLength(10)
  for (const { count } of floods) expect(count).toBeGreaterThan(0)
  const [remote] = floods.filter(({ title }) => title.includes('remote key set'))
  expect(remote?.note).toBe('1 requests to the provider')
})

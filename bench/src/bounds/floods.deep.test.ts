import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { measureFloods } from './floods.js'

setFlagsFromString('--expose-gc')
globalThis.gc = runInNewContext('gc')

test('every flood gets the answer that it must get, and is counted', async () => {
  const floods = await measureFloods({ count: 200 })
  expect(floods).toHaveLength(13)
  for (const { count } of floods) expect(count).toBeGreaterThan(0)
  const [remote] = floods.filter(({ title }) => title.includes('remote key set'))
  expect(remote?.note).toBe('1 requests to the provider')
  const [names] = floods.filter(({ title }) => title.includes('in the names of'))
  expect(names?.note).toBe('0 of 1,000 tenants in use were looked up again')
  const [forgotten] = floods.filter(({ title }) => title.includes('forgotten'))
  expect(forgotten?.note).toBe('1.00 lookups for two requests')
})

import { chai, JestAsymmetricMatchers, JestChaiExpect, JestExtend } from '@vitest/expect'
import { fn } from '@vitest/spy'

export { afterAll, afterEach, beforeAll, beforeEach, describe, test } from '@vitest/runner'

for (const plugin of [JestExtend, JestChaiExpect, JestAsymmetricMatchers]) chai.use(plugin)

/** Vitest's own assertions, without the parts of Vitest that need Node. */
export const expect: typeof chai.expect = chai.expect

const globals = new Map<string, PropertyDescriptor | undefined>()

/** What the tests use of it. */
export const vi = {
  fn,
  stubGlobal(name: string, value: unknown): void {
    globals.set(name, Object.getOwnPropertyDescriptor(globalThis, name))
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true })
  },
  unstubAllGlobals(): void {
    for (const [name, descriptor] of globals) {
      if (descriptor === undefined) Reflect.deleteProperty(globalThis, name)
      else Object.defineProperty(globalThis, name, descriptor)
    }
    globals.clear()
  },
}

import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { tests } from './places.js'

/** What every runtime runs: test files, as their own packages run them. */
export type SuiteName = 'vectors' | 'attacks' | 'conformance' | 'served'

const vectors = 'hardening/src/vectors'

/** The files of each suite, from the folder `tests`. */
export const suites: Readonly<Record<SuiteName, readonly string[]>> = {
  vectors: readdirSync(join(tests, vectors))
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => `${vectors}/${name}`),
  attacks: ['hardening/src/attacks/attacks.test.ts'],
  conformance: ['conformance/src/web.test.ts'],
  served: ['conformance/src/served.test.ts'],
}

// The keys of a constant.
export const suiteNames = Object.keys(suites) as readonly SuiteName[]

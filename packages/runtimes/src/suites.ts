import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { packages } from './places.js'

/** What every runtime runs: test files, as their own packages run them. */
export type SuiteName = 'vectors' | 'attacks' | 'conformance' | 'served'

const vectors = 'core/src/vectors'

/** The files of each suite, from the folder `packages`. */
export const suites: Readonly<Record<SuiteName, readonly string[]>> = {
  vectors: readdirSync(join(packages, vectors))
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => `${vectors}/${name}`),
  attacks: ['core/src/attacks/attacks.test.ts'],
  conformance: ['conformance/src/web.test.ts'],
  served: ['conformance/src/served.test.ts'],
}

// The keys of a constant.
export const suiteNames = Object.keys(suites) as readonly SuiteName[]

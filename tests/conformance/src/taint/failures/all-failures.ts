import { fetching } from './fetching.js'
import { importing } from './importing.js'
import { issuing } from './issuing.js'
import type { Failure } from './material.js'
import { options } from './options.js'
import { storing } from './storing.js'
import { verifying } from './verifying.js'

/** Calls that fail, though they were given secrets. */
export const failures: Readonly<Record<string, Readonly<Record<string, Failure>>>> = {
  issuing,
  verifying,
  importing,
  options,
  fetching,
  storing,
}

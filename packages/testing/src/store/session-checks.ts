import type { SessionStore } from '@sealbearer/core/stores'
import type { StoreCheck } from './check.js'
import { creationChecks } from './creation-checks.js'
import { endingChecks } from './ending-checks.js'
import { rotationChecks } from './rotation-checks.js'
import { versionChecks } from './version-checks.js'

export const sessionChecks: readonly StoreCheck<SessionStore>[] = [
  ...creationChecks,
  ...rotationChecks,
  ...endingChecks,
  ...versionChecks,
]

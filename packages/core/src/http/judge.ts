import type { Auth } from './auth.js'
import type { Identification } from './identity.js'
import type { Outcome } from './outcome.js'
import type { Refusals } from './refusal.js'
import type { CheckedRequirement } from './requirement.js'

/** Decides whether an identified request may go on. `auth` is `undefined` only under an optional requirement. */
export type Judge<Claims> = (found: Identification<Claims>) => Outcome<Auth<Claims> | undefined>

/** Prepares the decisions and answers of one requirement. */
export function createJudge<Claims>(
  requirement: CheckedRequirement,
  { refuse, lackingScope }: Refusals,
): Judge<Claims> {
  const { optional, conditions, neededScope } = requirement
  const refuseScope = lackingScope(neededScope)
  return (found) => {
    if (found === undefined)
      return optional ? { ok: true, auth: undefined } : refuse('SB_CREDENTIALS_MISSING')
    if (!found.ok) return found
    const { auth } = found
    for (const { code, holds } of conditions) {
      if (holds(auth, found)) continue
      return code === 'SB_SCOPE_INSUFFICIENT' ? refuseScope() : refuse(code)
    }
    return { ok: true, auth }
  }
}

import type { SealbearerError } from '@sealbearer/core'
import { withinTime } from '@sealbearer/core/internal'
import type { SessionRecord } from '@sealbearer/core/stores'
import { checkSessionClaims } from './access-token.js'
import type { SessionClaims } from './content.js'
import { sessionOf } from './session.js'
import { sessionError } from './session-error.js'
import type { SessionsOptions } from './session-options.js'

const unavailable = (): SealbearerError => sessionError('SB_CLAIMS_UNAVAILABLE')
/** Maximum time in seconds to wait for the application. */
const timeLimit = 10

/**
 * Calls the option `claims` for the claims of a session.
 *
 * @returns `null` if the session must end.
 * @throws {SealbearerError} `SB_CLAIMS_UNAVAILABLE`; `SB_CLAIM_RESERVED` for claims that a session sets itself.
 */
export async function askClaims(
  claims: SessionsOptions['claims'],
  record: SessionRecord,
): Promise<SessionClaims | null> {
  if (claims === undefined) return {}
  let asked: SessionClaims | null
  try {
    asked = await withinTime(timeLimit, unavailable, async () =>
      claims({ sub: record.sub, session: sessionOf(record) }),
    )
  } catch {
    // The application's own error can contain secrets.
    throw unavailable()
  }
  if (asked === null) return null
  if (typeof asked !== 'object' || Array.isArray(asked)) throw unavailable()
  checkSessionClaims(asked)
  return asked
}

import { now } from '../clock.js'
import { audience, issuer } from '../parties.js'

/** Members to set; `undefined` takes one out. */
export type Change = Readonly<Record<string, unknown>>

/** Merges a change; JSON leaves out what is undefined. */
export const changed = (members: Change, change: Change = {}): Change => ({ ...members, ...change })

/** The claims of every good token. Their values are long enough to be found in an answer that leaks them. */
export const claimsOf = (change: Change = {}): Change =>
  changed(
    {
      iss: issuer,
      aud: audience,
      sub: 'user_48151623',
      iat: now - 60,
      nbf: now - 60,
      exp: now + 900,
      scope: 'orders:read profile',
      role: 'clerk',
      email: 'ada.lovelace@example.com',
    },
    change,
  )

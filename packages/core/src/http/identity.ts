import { SealbearerError } from '../errors.js'
import type { Verdict } from '../jwt/verdict.js'
import { createAttachment } from './attachment.js'
import type { Auth, Refused } from './outcome.js'
import {
  customReader,
  frozenSet,
  type PermissionReader,
  type Permissions,
  rolesOf,
  scopesOf,
} from './permissions.js'

/** A request whose token is verified; whether that is enough, a requirement says. */
export interface Identity<Claims = unknown> extends Permissions {
  readonly ok: true
  readonly auth: Auth<Claims>
}

/** What a request's credentials come to; `undefined` for a request without any. */
export type Identification<Claims = unknown> = Identity<Claims> | Refused | undefined

interface Held {
  readonly names: readonly string[]
  readonly set: ReadonlySet<string>
}

type HeldReader = (verdict: Verdict<unknown>) => Held

/**
 * Makes the function that turns a verdict into the `auth` of one request.
 *
 * @throws {TypeError} for a `scopes` or `roles` that is no function.
 */
export function identityReader<Claims>(
  scopes: PermissionReader | undefined,
  roles: PermissionReader | undefined,
): (verdict: Verdict<Claims>) => Identity<Claims> {
  const readScopes = scopes === undefined ? rememberedScopes : fresh(customReader('scopes', scopes))
  const readRoles = roles === undefined ? rememberedRoles : fresh(customReader('roles', roles))
  return (verdict) => {
    const { claims, token } = verdict
    const issuer = claims.iss
    if (issuer === undefined) throw new SealbearerError('SB_CLAIM_MISSING', 'iss')
    const held = { scopes: readScopes(verdict), roles: readRoles(verdict) }
    const auth: Auth<Claims> = Object.freeze({
      claims: token.claims,
      scopes: held.scopes.set,
      roles: held.roles.set,
      form: token.form,
      protectedHeader: token.protectedHeader,
      issuer,
    })
    return { ok: true, auth, scopes: held.scopes.names, roles: held.roles.names }
  }
}

const fresh =
  (read: PermissionReader): HeldReader =>
  ({ claims }) => {
    const names = read(claims)
    return { names, set: frozenSet(names) }
  }

/** Reads once per verdict, which requests with the same token have in common while it is remembered. */
function remembered(read: PermissionReader): HeldReader {
  const known = createAttachment<Held>()
  const readFresh = fresh(read)
  return (verdict) => {
    const held = known.of(verdict)
    if (held !== undefined) return held
    const found = readFresh(verdict)
    known.attach(verdict, found)
    return found
  }
}

// Once for all authenticators: a verdict outlives one that is made for a single request, and would keep a list of each.
const rememberedScopes = remembered(scopesOf)
const rememberedRoles = remembered(rolesOf)

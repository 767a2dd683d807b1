import type { VerifierPolicy } from '../jwt/define-verifier.js'
import { type PermissionsByIssuer, type PermissionsOption, scopeNames } from './permissions.js'
import type { Requirement } from './requirement.js'

/** What the issuers of one authenticator may grant, according to its options. */
interface AuthorityOptions {
  readonly policies: readonly Pick<VerifierPolicy<unknown>, 'issuers' | 'acceptsIssuer' | 'signers'>[]
  readonly scopes: PermissionsOption | undefined
  readonly roles: PermissionsOption | 'any' | undefined
  /** Adds implied scopes. */
  readonly imply: ((scopes: readonly string[]) => readonly string[]) | undefined
}

/** The members of a requirement that name permissions. */
type Permissions = Pick<Requirement, 'scope' | 'anyScope' | 'role' | 'anyRole' | 'issuer'>

/** Checks a requirement, which must be valid otherwise, against the authenticator that is to enforce it. */
export type AuthorityCheck = (requirement: Permissions) => void

/**
 * Creates the check that some token can meet a requirement, and that the options say which of several issuers may grant
 * roles, because each can write any role into its tokens. Scopes need no such decision: granting them is what an
 * authorization server is trusted for, unless the option `scopes` limits it.
 *
 * The check throws a TypeError.
 */
export function authorityCheck(options: AuthorityOptions): AuthorityCheck {
  const { policies } = options
  const signers = policies.map((policy) => policy.signers)
  const areSeveral = signers.includes('any') || new Set(signers.flat()).size > 1
  const kinds: readonly Kind[] = [
    { option: 'scopes', granted: options.scopes, all: 'scope', any: 'anyScope', imply: options.imply },
    { option: 'roles', granted: options.roles, all: 'role', any: 'anyRole', imply: undefined },
  ]
  return (requirement) => {
    const issuers = requirement.issuer === undefined ? undefined : [requirement.issuer].flat()
    for (const iss of issuers ?? []) {
      if (policies.some(({ acceptsIssuer }) => acceptsIssuer(iss))) continue
      throw new TypeError(`requirement.issuer: no verifier accepts the issuer "${iss}"; use its exact iss`)
    }
    for (const kind of kinds) {
      const [all, any] = [namesOf(requirement, kind.all), namesOf(requirement, kind.any)]
      if (all === undefined && any === undefined) continue
      if (kind.option === 'roles' && kind.granted === undefined && areSeveral && issuers === undefined)
        throw undecidedRoles()
      if (typeof kind.granted !== 'object') continue
      checkGrantable(kind, kind.granted, issuers, { all, any })
    }
  }
}

interface Kind {
  readonly option: 'scopes' | 'roles'
  readonly granted: PermissionsOption | 'any' | undefined
  readonly all: 'scope' | 'role'
  readonly any: 'anyScope' | 'anyRole'
  readonly imply: AuthorityOptions['imply']
}

function namesOf(requirement: Permissions, member: Kind['all' | 'any']): readonly string[] | undefined {
  const value = requirement[member]
  if (value === undefined) return undefined
  return member === 'scope' || member === 'anyScope'
    ? scopeNames(`requirement.${member}`, value)
    : [value].flat()
}

const undecidedRoles = (): TypeError =>
  new TypeError(
    "roles: any of several issuers could write this role into its tokens; set issuer in the requirement to the one that may grant it, or set the option roles of createAuthenticator: an object with what each issuer may grant, a function, or 'any' to trust all of them",
  )

function checkGrantable(
  { option, imply = (names) => names }: Kind,
  granted: PermissionsByIssuer,
  issuers: readonly string[] | undefined,
  {
    all = [],
    any,
  }: { readonly all: readonly string[] | undefined; readonly any: readonly string[] | undefined },
): void {
  const candidates = Object.entries(granted).filter(([iss]) => issuers === undefined || issuers.includes(iss))
  const canMeet = candidates.some(([, names]) => {
    // What a function grants is unknown.
    if (typeof names === 'function') return true
    const grantable = imply(names)
    const has = (name: string): boolean => grantable.includes(name)
    return all.every(has) && (any === undefined || any.some(has))
  })
  if (canMeet) return
  throw new TypeError(
    `requirement: no issuer${issuers === undefined ? '' : ' that it names'} may grant ${[...all, ...(any ?? [])].map((name) => `"${name}"`).join(', ')} according to the option ${option}; add it there for the issuer that may`,
  )
}

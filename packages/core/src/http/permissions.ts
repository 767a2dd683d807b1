import type { JwtClaims } from '../jwt/claims.js'
import { ignoreRejection } from '../maybe-promise.js'
import { stringList } from '../options.js'

/** Returns the scopes, or roles, in the claims of a verified token. */
export type PermissionReader = (claims: JwtClaims) => readonly string[]

const none: readonly string[] = Object.freeze([])

/** Anything but a list of strings grants nothing: part of a list must not count as the whole. */
const textList = (value: unknown): readonly string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : none

/** The value of the first of two claims that a token has. Own members only: `Object.prototype` may have been polluted. */
function claimOf(claims: JwtClaims, name: string, otherwise: string): unknown {
  const value = Object.hasOwn(claims, name) ? claims[name] : undefined
  return value === undefined && Object.hasOwn(claims, otherwise) ? claims[otherwise] : value
}

/**
 * Reads `scope` (RFC 9068 §2.2.3: a space-separated string; some providers use a list), otherwise `scp`, which is a string
 * in Entra ID and a list in Okta.
 */
export const scopesOf: PermissionReader = (claims) => {
  const value = claimOf(claims, 'scope', 'scp')
  return typeof value === 'string' ? value.split(' ').filter((scope) => scope !== '') : textList(value)
}

/** Reads `role`, otherwise `roles`: a string is one role and never split, a list is several. */
export const rolesOf: PermissionReader = (claims) => {
  const value = claimOf(claims, 'role', 'roles')
  return typeof value === 'string' && value !== '' ? [value] : textList(value)
}

/** Permissions of one issuer: a list limits those in the claims, a function returns them. */
type IssuerPermissions = readonly string[] | ((claims: JwtClaims) => readonly string[])

/** An object by `iss`. */
export type PermissionsByIssuer = Readonly<Record<string, IssuerPermissions>>

/** A function for every issuer, or an object by `iss` for several that must not grant the same. */
export type PermissionsOption = ((claims: JwtClaims) => readonly string[]) | PermissionsByIssuer

/**
 * Reads an option `scopes` or `roles`. A function is called on every request, because it may use external state. An issuer
 * that is not listed in an object grants nothing.
 *
 * @param usual The default reader, for issuers with a list.
 * @throws {TypeError} for anything but a function or an object of functions and lists.
 */
export function permissionsOption(
  option: string,
  value: PermissionsOption,
  usual: PermissionReader,
): PermissionReader {
  if (typeof value === 'function') return customReader(value)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new TypeError(
      `${option}: must be a function that accepts the claims and returns a list of text, or an object with one for each issuer`,
    )
  }
  if (Object.keys(value).length === 0) {
    throw new TypeError(`${option}: is an empty object, by which no issuer grants anything; leave it out`)
  }
  const readers = new Map(
    Object.entries(value).map(([iss, granted]) => [iss, issuerReader(`${option}["${iss}"]`, granted, usual)]),
  )
  return (claims) => readers.get(claims.iss ?? '')?.(claims) ?? none
}

function issuerReader(option: string, granted: unknown, usual: PermissionReader): PermissionReader {
  if (typeof granted === 'function') return customReader(granted as PermissionReader)
  if (Array.isArray(granted) && Array.from(granted).every(usual === scopesOf ? isScope : isRole)) {
    const allowed: readonly string[] = [...granted]
    return (claims) => usual(claims).filter((name) => allowed.includes(name))
  }
  throw new TypeError(`${option}: must be a list of what this issuer may grant, or a function of the claims`)
}

const isRole = (name: unknown): boolean =>
  typeof name === 'string' && name !== '' && !/\p{Surrogate}/u.test(name)

/** A function that throws, or returns anything but a list of strings, grants nothing. */
function customReader(reader: PermissionReader): PermissionReader {
  return (claims) => {
    try {
      const answer: unknown = reader(claims)
      // A promise grants nothing.
      ignoreRejection(answer)
      return textList(answer)
    } catch {
      return none
    }
  }
}

const refuse = (): never => {
  throw new TypeError('this set is shared between requests; copy it with new Set(…) to change it')
}

/** Freezing a `Set` does not prevent `add`, so its own methods are overridden. */
class FrozenSet extends Set<string> {
  constructor(values: readonly string[]) {
    super()
    for (const value of values) super.add(value)
    Object.freeze(this)
  }

  override add(): never {
    return refuse()
  }

  override delete(): never {
    return refuse()
  }

  override clear(): never {
    return refuse()
  }
}

// To other code, it inspects and compares as a Set.
Reflect.deleteProperty(FrozenSet.prototype, 'constructor')

const empty: ReadonlySet<string> = new FrozenSet([])

/** Creates a set that several requests can share. */
export const frozenSet = (values: readonly string[]): ReadonlySet<string> =>
  values.length === 0 ? empty : new FrozenSet(values)

/** Scopes that include others, such as `{ 'orders:write': ['orders:read'] }`. */
export type ScopeImplies = Readonly<Record<string, string | readonly string[]>>

/**
 * Reads the option `scopeImplies`.
 *
 * @returns A function that adds all implied scopes, directly or indirectly; `undefined` if there are none.
 * @throws {TypeError} for anything but lists of scopes.
 */
export function scopeImpliesOption(
  implies: ScopeImplies | undefined,
): ((scopes: readonly string[]) => readonly string[]) | undefined {
  if (implies === undefined) return undefined
  const wayOut = "must be an object of lists of scopes, such as { 'orders:write': ['orders:read'] }"
  if (typeof implies !== 'object' || implies === null || Array.isArray(implies)) {
    throw new TypeError(`scopeImplies: ${wayOut}`)
  }
  const direct = new Map(
    Object.entries(implies).map(([scope, implied]) => {
      if (!isScope(scope)) throw new TypeError(`scopeImplies: ${wayOut}`)
      return [scope, scopeNames(`scopeImplies["${scope}"]`, implied, wayOut)] as const
    }),
  )
  return (scopes) => {
    const all = new Set(scopes)
    // Iterating a Set includes members added during iteration, and a cycle adds each scope once.
    for (const scope of all) for (const implied of direct.get(scope) ?? []) all.add(implied)
    return [...all]
  }
}

/** RFC 6749 §3.3. */
const scopeToken = /^[\x21\x23-\x5b\x5d-\x7e]+$/

/** Whether a text is one scope. */
const isScope = (text: unknown): boolean => typeof text === 'string' && scopeToken.test(text)

/**
 * Reads an option that names scopes: a list, or text with one space between them.
 *
 * @throws {TypeError}
 */
export function scopeNames(
  option: string,
  value: unknown,
  wayOut = "must be scopes such as 'orders:read', in a list or with one space between them",
): readonly string[] {
  const scopes = stringList(option, value, wayOut).flatMap((text) => text.split(' '))
  if (!scopes.every(isScope)) throw new TypeError(`${option}: ${wayOut}`)
  return scopes
}

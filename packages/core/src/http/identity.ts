import { isJsonObject, ownMember } from '../compact/json.js'
import { SealbearerError } from '../errors.js'
import type { JwtClaims } from '../jwt/claims.js'
import type { Verification } from '../jwt/verification.js'
import { createAttachment } from './attachment.js'
import type { Actor, Auth } from './outcome.js'
import {
  frozenSet,
  type PermissionReader,
  type PermissionsOption,
  permissionsOption,
  rolesOf,
  scopesOf,
} from './permissions.js'
import { expiryOf, signalOf } from './token-signal.js'

/** A sender with a verified token; requirements are checked separately. */
export interface Identity<Claims = unknown> {
  readonly auth: Auth<Claims>
  readonly verification: Verification<Claims>
  /** The token, for parts that must be verified again. */
  readonly token: string
  /** What decisions are based on: lists that no application code can reach. */
  readonly scopes: readonly string[]
  readonly roles: readonly string[]
}

interface Held {
  readonly names: readonly string[]
  readonly set: ReadonlySet<string>
}

type HeldReader = (verification: Verification<unknown>) => Held

/** Knows its source and its authenticator; other code cannot access either. */
class VerifiedAuth<Claims> implements Auth<Claims> {
  readonly claims: Claims
  readonly scopes: ReadonlySet<string>
  readonly roles: ReadonlySet<string>
  readonly form: Auth['form']
  readonly protectedHeader: Auth['protectedHeader']
  readonly issuer: string | undefined
  readonly actor: Actor | undefined
  readonly #identity: Identity<Claims>
  readonly #reader: object
  #signal: AbortSignal | undefined

  constructor(reader: object, verification: Verification<Claims>, token: string, scopes: Held, roles: Held) {
    this.claims = verification.token.claims
    this.scopes = scopes.set
    this.roles = roles.set
    this.form = verification.token.form
    this.protectedHeader = verification.token.protectedHeader
    this.issuer = verification.claims.iss
    this.actor = actorOf(verification.claims)
    this.#identity = { auth: this, verification, token, scopes: scopes.names, roles: roles.names }
    this.#reader = reader
    Object.freeze(this)
  }

  get expiresAt(): Date | undefined {
    const expiry = expiryOf(this.#identity.verification)
    return expiry === undefined ? undefined : new Date(expiry * 1000)
  }

  get signal(): AbortSignal {
    this.#signal ??= signalOf(this.#identity.verification, this.#identity.token)
    return this.#signal
  }

  static create<C>(...made: ConstructorParameters<typeof VerifiedAuth<C>>): Identity<C> {
    return new VerifiedAuth<C>(...made).#identity
  }

  static tokenOf(auth: object): string | undefined {
    return #identity in auth ? auth.#identity.token : undefined
  }

  static identityOf<C>(auth: Auth<C>, reader: object): Identity<C> | undefined {
    if (typeof auth !== 'object' || auth === null || !(#identity in auth)) return undefined
    const own = auth as unknown as VerifiedAuth<C> // It has the private field, and the claims of its type.
    return own.#reader === reader ? own.#identity : undefined
  }
}

/** The token that an `auth` was created from; `undefined` for any other object. */
export const tokenOf = (auth: object): string | undefined => VerifiedAuth.tokenOf(auth)

/** Creates the `auth` objects of one authenticator, and recognizes them. */
export interface IdentityReader<Claims> {
  /** Creates a new `auth` for a verified token. */
  read(verification: Verification<Claims>, token: string): Identity<Claims>
  /** The source of an `auth` of this authenticator; `undefined` for any other. */
  identityOf(auth: Auth<Claims>): Identity<Claims> | undefined
}

/**
 * Creates a reader.
 *
 * @param imply Adds implied scopes.
 * @throws {TypeError} for an option `scopes` or `roles` that is neither a function nor an object by issuer.
 */
export function identityReader<Claims>(
  scopes: PermissionsOption | undefined,
  roles: PermissionsOption | undefined,
  imply?: (scopes: readonly string[]) => readonly string[],
): IdentityReader<Claims> {
  const namedScopes = scopes === undefined ? scopesOf : permissionsOption('scopes', scopes, scopesOf)
  const readScopes =
    scopes === undefined && imply === undefined
      ? rememberedScopes
      : fresh(imply === undefined ? namedScopes : (claims) => imply(namedScopes(claims)))
  const readRoles = roles === undefined ? rememberedRoles : fresh(permissionsOption('roles', roles, rolesOf))
  const reader: IdentityReader<Claims> = {
    read(verification, token) {
      const [scopes, roles] = [readScopes(verification), readRoles(verification)]
      return VerifiedAuth.create(reader, verification, token, scopes, roles)
    },
    identityOf: (auth) => VerifiedAuth.identityOf(auth, reader),
  }
  return reader
}

const fresh =
  (read: PermissionReader): HeldReader =>
  ({ claims }) => {
    const names = read(claims)
    return { names, set: frozenSet(names) }
  }

/** Reads once per verification result, which requests with the same cached token share. */
function remembered(read: PermissionReader): HeldReader {
  const known = createAttachment(fresh(read))
  return (verification) => known.ensure(verification, verification)
}

// Shared by all authenticators: a verification result can outlive an authenticator that is created for a single
// request.
const rememberedScopes = remembered(scopesOf)
const rememberedRoles = remembered(rolesOf)

const deepest = 8

/**
 * Reads the claim `act`; `undefined` if it is absent and the subject acts itself.
 *
 * @throws {SealbearerError} `SB_CLAIMS_INVALID` if it does not identify the actor, or is nested too deeply: otherwise the
 * request would count as the subject's own.
 * @see {@link https://www.rfc-editor.org/rfc/rfc8693#section-4.1 RFC 8693 §4.1}
 */
const actorOf = (claims: JwtClaims): Actor | undefined =>
  Object.hasOwn(claims, 'act') ? readActor(claims['act'], 1) : undefined

const invalid = (): SealbearerError => new SealbearerError('SB_CLAIMS_INVALID', 'act')

function readActor(act: unknown, depth: number): Actor {
  if (depth > deepest || !isJsonObject(act)) throw invalid()
  const [sub, iss, before] = ['sub', 'iss', 'act'].map((name) => ownMember(act, name))
  if (typeof sub !== 'string' || (iss !== undefined && typeof iss !== 'string')) throw invalid()
  return Object.freeze({
    sub,
    ...(iss !== undefined && { iss }),
    ...(before !== undefined && { actor: readActor(before, depth + 1) }),
  })
}

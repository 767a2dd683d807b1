import { isJsonObject, ownMember } from '../compact/json.js'
import { SealbearerError } from '../errors.js'
import type { JwtClaims } from '../jwt/claims.js'
import { stringList } from '../options.js'

/** Who acts for the subject of a token (RFC 8693 §4.1). */
export interface Actor {
  readonly sub: string
  readonly iss?: string
  /** The previous actor in a delegation chain; informational only. */
  readonly actor?: Actor
}

const deepest = 8

/**
 * Reads the claim `act`; `undefined` if it is absent and the subject acts itself.
 *
 * @throws {SealbearerError} `SB_CLAIMS_INVALID` if it does not identify the actor, or is nested too deeply: otherwise the
 * request would count as the subject's own.
 * @see {@link https://www.rfc-editor.org/rfc/rfc8693#section-4.1 RFC 8693 §4.1}
 */
export const actorOf = (claims: JwtClaims): Actor | undefined =>
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

/** Reads the member `actor` of a requirement into a condition. @throws {TypeError} */
export function actorCondition(sub: string | readonly string[]): (actor: Actor | undefined) => boolean {
  const names = stringList('requirement.actor', sub, 'must be the sub of an actor, or a list of them')
  return (actor) => actor !== undefined && names.includes(actor.sub)
}

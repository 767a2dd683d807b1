import { SealbearerError } from '../errors.js'
import type { Verification } from '../jwt/verification.js'
import { chain, type MaybePromise } from '../maybe-promise.js'
import type { AuthRequest } from './request.js'
import type { ConfirmationCheck, Credentials } from './scheme.js'

/** Checks that the sender of a token holds its bound key. Throws, or rejects, with the code of the rejection. */
export type Confirm = (
  request: AuthRequest | undefined,
  credentials: Pick<Credentials, 'scheme' | 'token'>,
  verification: Verification<unknown>,
) => MaybePromise<void>

/**
 * Creates the check of bindings. Every member of a `cnf` must be checked (RFC 7800 §3.1): an unknown one is a binding
 * too.
 *
 * @param everyScheme Checks that do not depend on the scheme.
 * @param rule Under schemes that require no proof: `ignored` accepts bound tokens without proof, `required` rejects unbound
 * tokens.
 */
export function createConfirm(
  everyScheme: readonly ConfirmationCheck[],
  rule: 'checked' | 'ignored' | 'required',
): Confirm {
  return (request, { scheme, token }, { token: { confirmation } }) => {
    const own = scheme.confirmation
    const isFree = confirmation === undefined && rule !== 'required'
    if (own === undefined && (isFree || rule === 'ignored')) return undefined
    if (own !== undefined && !hasMember(confirmation, own.member)) {
      throw new SealbearerError('SB_CONFIRMATION_MISMATCH', 'cnf')
    }
    // Last, because the check consumes the proof.
    const checks = own === undefined ? everyScheme : [...everyScheme, own]
    return confirmAll(request, token, bindingsOf(confirmation), checks)
  }
}

const hasMember = (confirmation: unknown, member: string): boolean =>
  typeof confirmation === 'object' && confirmation !== null && Object.hasOwn(confirmation, member)

const required = (): SealbearerError => new SealbearerError('SB_CONFIRMATION_REQUIRED', 'cnf')

/** The members of a `cnf`, which must be strings if they are known. */
function bindingsOf(confirmation: unknown): ReadonlyMap<string, string> {
  if (typeof confirmation !== 'object' || confirmation === null) throw required()
  const members: readonly (readonly [string, unknown])[] = Object.entries(confirmation)
  const bindings = new Map<string, string>()
  for (const [name, value] of members) {
    if (typeof value !== 'string') throw required()
    bindings.set(name, value)
  }
  if (bindings.size === 0) throw required()
  return bindings
}

function confirmAll(
  request: AuthRequest | undefined,
  token: string,
  bindings: ReadonlyMap<string, string>,
  checks: readonly ConfirmationCheck[],
): MaybePromise<void> {
  const fitting = checks.filter(({ member }) => bindings.has(member))
  if (request === undefined || fitting.length !== bindings.size) throw required()
  const confirmFrom = (index: number): MaybePromise<void> => {
    const check = fitting[index]
    if (check === undefined) return undefined
    return chain(check.confirm(request, token, bindings.get(check.member) ?? ''), () =>
      confirmFrom(index + 1),
    )
  }
  return confirmFrom(0)
}

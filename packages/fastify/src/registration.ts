import type { Authenticator } from '@sealbearer/core/adapter'
import type { GuardedReply, GuardedRequest, RequestHook } from './auth-hook.js'
import { answerRefusal, type RequireAuthOptions, requireAuth } from './hook.js'
import type { AuthOfApp, RegisteredRequirement } from './registered.js'

/** The plugin in one scope. */
export interface Registration extends RequireAuthOptions {
  readonly authenticator: Authenticator<AuthOfApp['claims']>
  /** `undefined` if the outer registration determines it. */
  readonly protect: boolean | undefined
}

const registrations = new WeakMap<object, Registration>()

/**
 * Registers the plugin in a scope: an instance of Fastify.
 *
 * @throws {TypeError} in a scope that has a registration.
 */
export function register(scope: object, registration: Registration): void {
  if (registrations.has(scope)) {
    throw new TypeError(
      'authenticator: this scope has one; use requireAuth(authenticator, requirement) for a second one',
    )
  }
  registrations.set(scope, registration)
}

/** The registrations of a scope and of its outer scopes, nearest first. The prototype of a scope is its outer scope. */
function* registrationsAround(scope: object): Generator<Registration, undefined> {
  for (let at = scope; at !== null; at = Object.getPrototypeOf(at)) {
    const registration = registrations.get(at)
    if (registration) yield registration
  }
}

/** Returns the registration that applies in a scope. Final once all plugins have loaded. */
export function nearestRegistration(scope: object): Registration | undefined {
  return registrationsAround(scope).next().value
}

function isProtected(scope: object): boolean {
  for (const { protect } of registrationsAround(scope)) if (protect !== undefined) return protect
  return false
}

/**
 * Creates the hook for a requirement in a scope.
 *
 * @throws {TypeError} for an invalid requirement, and if there is no registration.
 */
export function hookFor(
  scope: object,
  requirement?: RegisteredRequirement<boolean | undefined>,
): RequestHook {
  const registration = nearestRegistration(scope)
  if (!registration) {
    throw new TypeError('@sealbearer/fastify is registered neither in the scope of this route nor around it')
  }
  return requireAuth(registration.authenticator, requirement, { onFailure: registration.onFailure })
}

/** The hook of public routes. */
export const pass: RequestHook = (_request, _reply, done) => done()

/**
 * Creates the hook for the config of a route in a scope.
 *
 * @throws {TypeError} for an `auth` that is neither `false` nor a requirement.
 */
export function hookForConfig(scope: object, config: object, is404: boolean): RequestHook {
  // An `auth` on a polluted prototype is ignored.
  const auth: unknown = Object.hasOwn(config, 'auth') && 'auth' in config ? config.auth : undefined
  if (auth === false) return pass
  if (auth === undefined) {
    // Rejects a guarded route that was copied to a scope without a registration.
    const bare = hookFor(scope)
    return !is404 && isProtected(scope) ? bare : pass
  }
  if (typeof auth !== 'object' || auth === null) {
    throw new TypeError("config.auth: must be false, or a requirement such as { scope: 'orders:read' }")
  }
  // Its members are checked by core.
  return hookFor(scope, auth as RegisteredRequirement<boolean | undefined>)
}

/** Answers what a handler refuses as guards answer, or throws it if the nearest registration has `onFailure: 'throw'`. */
export function answerHandlerRefusal(
  error: unknown,
  request: Pick<GuardedRequest, 'server' | 'log'>,
  reply: GuardedReply,
): void {
  if (nearestRegistration(request.server)?.onFailure === 'throw') throw error
  answerRefusal(error, request, reply)
}

import {
  type Authenticator,
  checkMembers,
  createGuard,
  isPromise,
  type NodeRequest,
  nodeAuthRequest,
  type OnFailure,
  type Outcome,
  type Requirement,
  throwsOnFailure,
} from '@sealbearer/core/adapter'

/** How a guard behaves. */
export interface RequireAuthOptions {
  /**
   * What to do with a refused request: answer it, or hand the error, with `status`, `headers` and `body` on
   * it, to Fastify's error handler.
   *
   * @default 'respond'
   */
  readonly onFailure?: OnFailure | undefined
}

/** What a guard reads of Fastify's request, and writes to it. */
export interface GuardedRequest {
  readonly raw: NodeRequest
  readonly protocol: string
  /** The scope of the route. */
  readonly server: object
  readonly is404: boolean
  readonly routeOptions: { readonly config: object }
  auth: unknown
}

/** What a guard refuses with. */
interface GuardedReply {
  code(status: number): unknown
  headers(values: Readonly<Record<string, string>>): unknown
  send(payload: unknown): unknown
}

/** A Fastify hook, for any server, logger and type provider. */
export type AuthHook = (request: GuardedRequest, reply: GuardedReply, done: (error?: Error) => void) => void

/**
 * Makes an `onRequest` hook that lets a request through once the authenticator accepts it and it meets the
 * requirement; leaves `auth` on the request. It is what `app.requireAuth` makes, for a second authenticator
 * in one app. Behind a proxy that ends TLS, set Fastify's `trustProxy`.
 *
 * @throws {TypeError} for a requirement or an option that is none.
 */
export function requireAuth<Claims>(
  authenticator: Authenticator<Claims>,
  requirement?: Requirement<Claims>,
  options: RequireAuthOptions = {},
): AuthHook {
  checkMembers('options', options, ['onFailure'])
  const throws = throwsOnFailure(options.onFailure)
  const guard = createGuard(authenticator, requirement)
  return (request, reply, done) => {
    const settle = (outcome: Outcome<unknown>): void => {
      if (outcome.ok) {
        request.auth = outcome.auth
        done()
        return
      }
      reply.code(outcome.status)
      reply.headers(outcome.headers)
      if (throws) done(outcome.error)
      else reply.send(JSON.stringify(outcome.body))
    }
    const incoming = nodeAuthRequest(request.raw, request.protocol === 'https')
    const outcome = guard(incoming, request)
    // Fastify waits for a promise that a hook returns: it gets none.
    if (isPromise(outcome)) outcome.then(settle, done)
    else settle(outcome)
  }
}

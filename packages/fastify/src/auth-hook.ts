import type { Auth, NodeRequest, RefusalLogger } from '@sealbearer/core/adapter'
import type {
  FastifyRequest,
  FastifySchema,
  FastifyTypeProviderDefault,
  RawRequestDefaultExpression,
  RawServerDefault,
  RouteGenericInterface,
} from 'fastify'

/** What a guard reads of Fastify's request, and writes to it. */
export interface GuardedRequest {
  readonly raw: NodeRequest
  readonly protocol: string
  readonly host: string
  /** The scope of the route. */
  readonly server: object
  readonly is404: boolean
  readonly routeOptions: { readonly config: object }
  readonly log: RefusalLogger
  auth: unknown
}

/** What a guard refuses with. */
export interface GuardedReply {
  code(status: number): unknown
  header(name: string, value: string | readonly string[]): unknown
  hasHeader(name: string): boolean
  send(payload: unknown): unknown
}

/** A Fastify hook, for any server, logger and type provider. */
export type RequestHook = (
  request: GuardedRequest,
  reply: GuardedReply,
  done: (error?: Error) => void,
) => void

/** Names, in the type of a route's config, what the hooks of the route leave in `request.auth`. No value has it. */
export declare const guard: unique symbol

interface Mark<A> {
  // In a tuple, since TypeScript takes `undefined` out of the type of an optional member.
  readonly [guard]?: readonly [A]
}

/**
 * The config of a route behind a hook that leaves `A` in `request.auth`. Every object fits it: one written
 * in place because of the index signature, one with a type of its own because of `object`.
 */
type GuardedConfig<A> = (Mark<A> & { readonly [name: string]: unknown }) | (Mark<A> & object)

/** The request of a route behind a hook that leaves `A` in `request.auth`. */
interface RequestBehind<A> extends Omit<GuardedRequest, 'routeOptions'> {
  readonly routeOptions: FastifyRequest<
    RouteGenericInterface,
    RawServerDefault,
    RawRequestDefaultExpression,
    FastifySchema,
    FastifyTypeProviderDefault,
    GuardedConfig<A>
  >['routeOptions']
}

/** A Fastify hook that leaves `A` in `request.auth`, for any server, logger and type provider. */
export interface AuthHook<A = Auth> {
  (request: GuardedRequest, reply: GuardedReply, done: (error?: Error) => void): void
  /** For inference: the type of the route's config, and with it that of `request.auth`, comes from here. */
  (request: RequestBehind<A>, reply: GuardedReply, done: (error?: Error) => void): void
}

import type { Auth, NodeRequest, NodeResponse, RefusalLogger } from '@sealbearer/core/adapter'
import type {
  FastifyRequest,
  FastifySchema,
  FastifyTypeProviderDefault,
  RawRequestDefaultExpression,
  RawServerDefault,
  RouteGenericInterface,
} from 'fastify'

/** The members of Fastify's request that a guard uses. */
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

/** The members of Fastify's reply that a guard uses. */
export interface GuardedReply {
  readonly raw: NodeResponse
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

/** Carries the type of `request.auth` in the type of a route's config. No value has this member. */
export declare const guard: unique symbol

interface Mark<A> {
  // In a tuple, because TypeScript removes `undefined` from the type of an optional member.
  readonly [guard]?: readonly [A]
}

/**
 * The config of a route behind a hook that sets `request.auth` to `A`. Every object is assignable to it: a literal by the
 * index signature, an object of another type by `object`.
 */
type GuardedConfig<A> = (Mark<A> & { readonly [name: string]: unknown }) | (Mark<A> & object)

/** The request of a route behind a hook that sets `request.auth` to `A`. */
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

/** A Fastify hook that sets `request.auth` to `A`, for any server, logger and type provider. */
export interface AuthHook<A = Auth> {
  (request: GuardedRequest, reply: GuardedReply, done: (error?: Error) => void): void
  /** For inference of the type of the route's config, and so of `request.auth`. */
  (request: RequestBehind<A>, reply: GuardedReply, done: (error?: Error) => void): void
}

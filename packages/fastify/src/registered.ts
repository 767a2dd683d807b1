import type { RegisteredAuth, Requirement } from '@sealbearer/core/adapter'

/**
 * Augment this interface to declare the type of `request.auth`:
 *
 * @example
 * declare module '@sealbearer/fastify' {
 *   interface Register { authenticator: typeof authenticator }
 * }
 */
// biome-ignore lint/suspicious/noEmptyInterface: users add its member.
export interface Register {}

/** The `auth` of the registered authenticator. */
export type AuthOfApp = RegisteredAuth<Register>

/**
 * A requirement for the claims of the registered authenticator.
 *
 * @typeParam Optional Whether `optional` can be `true`; `auth` is then possibly undefined.
 */
export type RegisteredRequirement<Optional extends boolean | undefined = false | undefined> = Requirement<
  AuthOfApp['claims'],
  Optional
>

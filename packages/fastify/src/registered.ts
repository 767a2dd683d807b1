import type { RegisteredAuth, Requirement } from '@sealbearer/core/adapter'

/**
 * Declares once what `request.auth` is:
 *
 * @example
 * declare module '@sealbearer/fastify' {
 *   interface Register { authenticator: typeof authenticator }
 * }
 */
// biome-ignore lint/suspicious/noEmptyInterface: users give it its member.
export interface Register {}

/** Who sends a request, to the registered authenticator. */
export type AuthOfApp = RegisteredAuth<Register>

/**
 * What can be asked of a request whose claims are the registered ones.
 *
 * @typeParam Optional Whether `optional` may be `true`, which leaves `auth` possibly undefined.
 */
export type RegisteredRequirement<Optional extends boolean | undefined = false | undefined> = Requirement<
  AuthOfApp['claims'],
  Optional
>

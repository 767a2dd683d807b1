import type { RegisteredAuth } from '@sealbearer/core/adapter'

/**
 * Augment this interface to declare the type of the authenticator, for `ctx.state.auth` and
 * `getAuth(ctx)`. Without a member, Koa's types are unchanged.
 *
 * @example
 * declare module '@sealbearer/koa' {
 *   interface Register { authenticator: typeof authenticator }
 * }
 */
// biome-ignore lint/suspicious/noEmptyInterface: users add its member.
export interface Register {}

interface StateWithAuth {
  /** The sender of the request. In middleware that is not chained to a guard, `getAuth(ctx)` returns it or throws. */
  auth: RegisteredAuth<Register> | undefined
}

type Augmentation = keyof Register extends never ? object : StateWithAuth

declare module 'koa' {
  interface DefaultState extends Augmentation {}
}

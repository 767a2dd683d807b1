import type { RegisteredAuth } from '@sealbearer/core/adapter'

/**
 * Names the authenticator once, for `ctx.state.auth` and for `getAuth(ctx)`. Until it has a member, Koa's types stay as
 * they are.
 *
 * @example
 * declare module '@sealbearer/koa' {
 *   interface Register { authenticator: typeof authenticator }
 * }
 */
// biome-ignore lint/suspicious/noEmptyInterface: users give it its member.
export interface Register {}

interface StateWithAuth {
  /** Who sends the request. In middleware that is not chained to a guard, `getAuth(ctx)` returns it or throws. */
  auth: RegisteredAuth<Register> | undefined
}

type Augmentation = keyof Register extends never ? object : StateWithAuth

declare module 'koa' {
  interface DefaultState extends Augmentation {}
}

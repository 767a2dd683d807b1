import type { RegisteredAuth } from '@sealbearer/core/adapter'

/**
 * Names the authenticator once, for `req.auth` and for `getAuth(req)`. Until it has a member, Express's types stay as they
 * are: other packages declare `req.auth` as well.
 *
 * @example
 * declare module '@sealbearer/express' {
 *   interface Register { authenticator: typeof authenticator }
 * }
 */
// biome-ignore lint/suspicious/noEmptyInterface: users give it its member.
export interface Register {}

/** Names, in the type of a route's `res.locals`, what its guards leave in `req.auth`. No value has it. */
export declare const guard: unique symbol

/** The type of `res.locals` behind a guard that leaves `A` in `req.auth`. */
export interface GuardedLocals<A> {
  // In a tuple, since TypeScript takes `undefined` out of the type of an optional member.
  readonly [guard]?: readonly [A]
}

interface RequestWithAuth {
  /**
   * Who sends the request, once a guard has let it through. Where the type cannot know of a guard, it may be
   * `undefined`: there, `getAuth(req)` returns it or throws.
   */
  auth: this extends { readonly res?: { readonly locals: GuardedLocals<infer A> } | undefined }
    ? unknown extends A
      ? RegisteredAuth<Register> | undefined
      : A
    : RegisteredAuth<Register> | undefined
}

type Augmentation = keyof Register extends never ? object : RequestWithAuth

declare global {
  namespace Express {
    interface Request extends Augmentation {}
  }
}

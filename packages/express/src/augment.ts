import type { RegisteredAuth } from '@sealbearer/core/adapter'

/**
 * Augment this interface to declare the type of the authenticator, for `req.auth` and `getAuth(req)`. Without a member,
 * Express's types are unchanged, because other packages declare `req.auth` too.
 *
 * @example
 * declare module '@sealbearer/express' {
 *   interface Register { authenticator: typeof authenticator }
 * }
 */
// biome-ignore lint/suspicious/noEmptyInterface: users add its member.
export interface Register {}

/** Carries the type of `req.auth` in the type of a route's `res.locals`. No value has this member. */
export declare const guard: unique symbol

/** The type of `res.locals` behind a guard that sets `req.auth` to `A`. */
export interface GuardedLocals<A> {
  // In a tuple, because TypeScript removes `undefined` from the type of an optional member.
  readonly [guard]?: readonly [A]
}

interface RequestWithAuth {
  /**
   * The sender of the request, set by a guard. Possibly `undefined` if the types show no guard: there, `getAuth(req)`
   * returns it or throws.
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

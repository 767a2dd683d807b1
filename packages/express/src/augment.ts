import type { RegisteredAuth } from '@sealbearer/core/adapter'

/**
 * Says once what `req.auth` is:
 *
 * @example
 * declare module '@sealbearer/express' {
 *   interface Register { authenticator: typeof authenticator }
 * }
 */
// biome-ignore lint/suspicious/noEmptyInterface: users give it its member.
export interface Register {}

declare global {
  namespace Express {
    interface Request {
      /**
       * Who sends the request, once a guard has let it through. `undefined` on a route without a guard and,
       * without credentials, behind one with `optional: true`: ask `getAuth` there.
       */
      auth: RegisteredAuth<Register>
    }
  }
}

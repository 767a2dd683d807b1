export type { Auth, Endpoint, GuardOptions, OnFailure, Requirement } from '@sealbearer/core/adapter'
export type { Register } from './augment.js'
export {
  type AuthMiddleware,
  type AuthState,
  answerRefusal,
  getAuth,
  requireAuth,
} from './middleware.js'
export { type ServeOptions, serve } from './serve.js'

export type {
  Auth,
  Endpoint,
  GuardOptions,
  LogOptions,
  OnFailure,
  Requirement,
} from '@sealbearer/core/adapter'
export type { Register } from './augment.js'
export {
  type AuthMiddleware,
  type AuthState,
  answerRefusal,
  createRefusalHandler,
  getAuth,
  requireAuth,
} from './middleware.js'
export { type ServeOptions, serve } from './serve.js'

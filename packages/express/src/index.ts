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
  type AuthHandler,
  answerRefusal,
  createRefusalHandler,
  getAuth,
  type RefusalHandler,
  requireAuth,
} from './middleware.js'
export { type EndpointHandler, serve } from './serve.js'

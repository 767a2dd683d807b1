export type {
  Auth,
  Endpoint,
  GuardOptions,
  OnFailure,
  Requirement,
  ServeOptions,
} from '@sealbearer/core/adapter'
export type { Register } from './augment.js'
export { type AuthHandler, answerRefusal, getAuth, requireAuth } from './middleware.js'
export { type EndpointHandler, serve } from './serve.js'

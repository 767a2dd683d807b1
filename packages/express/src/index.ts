export {
  type Auth,
  type Endpoint,
  getAuth,
  type OnFailure,
  type Requirement,
} from '@sealbearer/core/adapter'
export type { Register } from './augment.js'
export { type AuthHandler, type RequireAuthOptions, requireAuth } from './middleware.js'
export { type EndpointHandler, serve } from './serve.js'

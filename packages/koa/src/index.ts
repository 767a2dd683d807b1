export {
  type Auth,
  type Endpoint,
  getAuth,
  type OnFailure,
  type Requirement,
} from '@sealbearer/core/adapter'
export { type AuthState, type RequireAuthOptions, requireAuth } from './middleware.js'
export { type ServeOptions, serve } from './serve.js'

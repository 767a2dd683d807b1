export {
  type Auth,
  getAuth,
  type JwksEndpointOptions,
  type OnFailure,
  type Requirement,
} from '@sealbearer/core/adapter'
export { type JwksOptions, jwks } from './jwks.js'
export { type AuthState, type RequireAuthOptions, requireAuth } from './middleware.js'

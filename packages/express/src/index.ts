export {
  type Auth,
  getAuth,
  type JwksEndpointOptions,
  type OnFailure,
  type Requirement,
} from '@sealbearer/core/adapter'
export type { Register } from './augment.js'
export { type JwksHandler, jwks } from './jwks.js'
export { type AuthHandler, type RequireAuthOptions, requireAuth } from './middleware.js'

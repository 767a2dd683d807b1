export {
  type Auth,
  getAuth,
  type JwksEndpointOptions,
  type OnFailure,
  type Requirement,
} from '@sealbearer/core/adapter'
export { jwks } from './jwks.js'
export {
  type AuthenticatorSource,
  type AuthVariables,
  type RequireAuthOptions,
  requireAuth,
} from './middleware.js'
export type { ConnectionOptions } from './request.js'

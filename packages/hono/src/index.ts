export {
  type Auth,
  type Endpoint,
  getAuth,
  type OnFailure,
  type Requirement,
} from '@sealbearer/core/adapter'
export {
  type AuthenticatorSource,
  type AuthVariables,
  type RequireAuthOptions,
  requireAuth,
} from './middleware.js'
export type { ConnectionOptions } from './request.js'
export { serve } from './serve.js'

export type {
  Auth,
  Endpoint,
  GuardOptions,
  LogOptions,
  OnFailure,
  Requirement,
} from '@sealbearer/core/adapter'
export {
  type AuthenticatorSource,
  type AuthVariables,
  getAuth,
  type Register,
  type RequireAuthOptions,
  requireAuth,
} from './middleware.js'
export type { ConnectionOptions } from './request.js'
export { serve } from './serve.js'

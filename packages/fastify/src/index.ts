import './augment.js'

export type {
  Auth,
  Endpoint,
  OnFailure,
  Requirement,
} from '@sealbearer/core/adapter'
export type { AuthHook } from './auth-hook.js'
export { getAuth } from './get-auth.js'
export { answerRefusal, type RequireAuthOptions, requireAuth } from './hook.js'
export { type SealbearerOptions, sealbearer, sealbearer as default } from './plugin.js'
export type { Register, RegisteredRequirement } from './registered.js'
export { type EndpointRoute, serve } from './serve.js'

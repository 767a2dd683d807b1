export {
  type Auth,
  getAuth,
  type JwksEndpointOptions,
  type OnFailure,
  type Requirement,
} from '@sealbearer/core/adapter'
export type { Register, RegisteredRequirement } from './augment.js'
export { type AuthHook, type RequireAuthOptions, requireAuth } from './hook.js'
export { type JwksRoute, jwks } from './jwks.js'
export { type SealbearerOptions, sealbearer, sealbearer as default } from './plugin.js'

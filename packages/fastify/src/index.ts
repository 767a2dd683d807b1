export { type Auth, getAuth, type OnFailure, type Requirement } from '@sealbearer/core/adapter'
export type { Register, RegisteredRequirement } from './augment.js'
export { type AuthHook, type RequireAuthOptions, requireAuth } from './hook.js'
export { type SealbearerOptions, sealbearer, sealbearer as default } from './plugin.js'

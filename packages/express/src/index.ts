export { type Auth, getAuth, type OnFailure, type Requirement } from '@sealbearer/core/adapter'
export type { Register } from './augment.js'
export { type AuthHandler, type RequireAuthOptions, requireAuth } from './middleware.js'

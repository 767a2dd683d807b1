export { type Auth, getAuth, type OnFailure, type Requirement } from '@sealbearer/core/adapter'
export { type AuthState, type RequireAuthOptions, requireAuth } from './middleware.js'

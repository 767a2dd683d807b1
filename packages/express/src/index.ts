export type { Auth, Endpoint, GuardOptions, OnFailure, Requirement } from '@sealbearer/core/adapter'
export type { Register } from './augment.js'
export { type AuthHandler, answerRefusal, getAuth, requireAuth } from './middleware.js'
export { type EndpointHandler, serve } from './serve.js'

export {
  type Auth,
  type GuardOptions,
  getAuth,
  type LogOptions,
  type Requirement,
} from '@sealbearer/core/adapter'
export { CurrentAuth, type CurrentAuthOptions } from './current-auth.js'
export { RefusalFilter } from './refusal-filter.js'
export { type RequireAuthOptions, requireAuth } from './require-auth.js'
export { type EndpointHandler, serve } from './serve.js'

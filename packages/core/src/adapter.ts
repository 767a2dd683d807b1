export {
  type AuthOf,
  type OnFailure,
  type RegisteredAuth,
  type SecureOption,
  secureOption,
  throwsOnFailure,
} from './http/adapter-options.js'
export type { Authenticator } from './http/authenticator.js'
export { createGuard, type Guard, getAuth } from './http/guard.js'
export {
  createJwksEndpoint,
  type JwksEndpoint,
  type JwksEndpointOptions,
  type JwksResponse,
} from './http/jwks-endpoint.js'
export { type NodeRequest, nodeAuthRequest } from './http/node-request.js'
export type { Auth, AuthUnder, Granted, Outcome, Refused } from './http/outcome.js'
export type { AuthRequest } from './http/request.js'
export { checkRequirement, type Requirement } from './http/requirement.js'
export { type ConnectionFacts, type WebRequest, webAuthRequest } from './http/web-request.js'
export type { Keys } from './keys/key-selection.js'
export { type Mac, type MacSecret, macOption } from './keys/mac.js'
export { chain, isPromise, type MaybePromise } from './maybe-promise.js'
export {
  checkMembers,
  countOption,
  durationOption,
  entriesOption,
  type Listener,
  listenerOption,
} from './options.js'
export { type Clock, type Duration, secondsClock, withinTime } from './time.js'

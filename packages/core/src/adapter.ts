export type { HeaderFields } from './errors.js'
export {
  type AuthOf,
  type GuardOptions,
  guardOptions,
  type LogOptions,
  logOptions,
  logRefusal,
  logThrownRefusal,
  type OnFailure,
  type RefusalLogger,
  type RegisteredAuth,
  type SecureOption,
  secureOption,
  throwsOnFailure,
} from './http/adapter-options.js'
export type { Authenticator } from './http/authenticator.js'
export { describeGuards, type GuardedBy } from './http/describe-security.js'
export type { Endpoint, EndpointRequest, EndpointResponse } from './http/endpoint.js'
export { createGuard, type GetAuth, type Guard, getAuth } from './http/guard.js'
export {
  isTruncated,
  isUnixSocket,
  type NodeBodyRequest,
  type NodeRequest,
  type NodeRequestTarget,
  type NodeSocket,
  nodeAuthRequest,
  nodeEndpointRequest,
  peerCertificate,
} from './http/node-request.js'
export { type NodeResponse, refuseUpgrade, writeHeaders, writeRefusal } from './http/node-response.js'
export type { Auth, AuthUnder, Granted, Outcome, Refused } from './http/outcome.js'
export { isRefusal } from './http/refusal.js'
export type { AuthRequest } from './http/request.js'
export { checkRequirement, type Requirement } from './http/requirement.js'
export {
  type ConnectionFacts,
  type WebRequest,
  webAuthRequest,
  webEndpointRequest,
} from './http/web-request.js'
export type { MaybePromise } from './maybe-promise.js'

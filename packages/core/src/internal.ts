// What the other packages of this repository are built of. Not for applications. Within a major version, exports are added and
// not changed: a package can run with a newer core.

export { readBounded } from './bounded-read.js'
export { type Listeners, listenersOn } from './channel.js'
export { isJsonObject, isPlainObject, type JsonObject, ownMember, parseJsonObject } from './compact/json.js'
export { contentEncryptionAlgorithms, signatureAlgorithms } from './crypto/algorithms.js'
export type { HeaderFields } from './errors.js'
export { cookieValues, maxCookieBytes } from './http/cookie.js'
export { type CredentialsSource, createSource } from './http/credentials.js'
export { type CsrfOptions, csrfCheck, unprovenBy } from './http/csrf.js'
export {
  type Endpoint,
  type EndpointRequest,
  type EndpointResponse,
  endpointAt,
  hasForm,
  readText,
} from './http/endpoint.js'
export { tokenOf } from './http/identity.js'
export { type NodeRequest, nodeAuthRequest } from './http/node-request.js'
export { errorDescriptions, isRefusalCode, retryAfterSeconds } from './http/refusal.js'
export type { Renewal, Renewed } from './http/renewal.js'
export type { AuthRequest } from './http/request.js'
export { bearerScheme } from './http/scheme.js'
export { type WebRequest, webAuthRequest } from './http/web-request.js'
export type { TokenUse } from './jwt/revocations.js'
export { maxStoredRing } from './key-ring/store.js'
export { type Mac, type MacSecret, macOption } from './keys/mac.js'
export { chain, isPromise, type MaybePromise } from './maybe-promise.js'
export {
  checkMembers,
  countOption,
  durationOption,
  entriesOption,
  type Listener,
  listenerOption,
  timeoutOption,
  withDefault,
} from './options.js'
export { listenToErrors } from './stores/connection-errors.js'
export { createDeadlines, isTimeLimited, markTimeLimited, TooLate } from './stores/deadline.js'
export { isMemoryStore, ringsAndKeySets } from './stores/memory-store.js'
export { claimOnce, isClaimed } from './stores/replay-store.js'
export {
  createPolledChanges,
  type PolledChanges,
  readPages,
  revocationMargin,
} from './stores/revocation-store.js'
export { type Clock, type Duration, secondsClock, secondsOfDate, storeClock, withinTime } from './time.js'
export { warn } from './warning.js'

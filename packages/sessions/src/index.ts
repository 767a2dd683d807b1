export {
  type BrowserSessions,
  type BrowserSessionsOptions,
  createBrowserSessions,
} from './browser-sessions.js'
export { type CheckCsrfOptions, type CheckedRequest, checkCsrf } from './check-csrf.js'
export type { Confirmation } from './confirmation.js'
export type { ProviderSession, SessionClaims } from './content.js'
export type { SessionTarget } from './end-session.js'
export type { Grant, RenewedGrant } from './grant.js'
export { createLogoutEndpoint, type LogoutEndpointOptions } from './logout-endpoint.js'
export type { LogoutClaims } from './logout-token.js'
export type { RefreshTokenOptions } from './refresh-token-options.js'
export type { RevocationEvent } from './revocation-event.js'
export type { RevocationTarget } from './revocation-target.js'
export { createRevocations, type Revocations, type RevocationsStatus } from './revocations.js'
export type { RevocationsOptions } from './revocations-options.js'
export type { Session } from './session.js'
export { createSessionCookies, type SessionCookies, type SessionCookiesOptions } from './session-cookies.js'
export type { EndedBy, SessionEvent } from './session-event.js'
export type { SessionsOptions } from './session-options.js'
export { createSessions, type Sessions } from './sessions.js'
export type { StartOptions } from './start-session.js'

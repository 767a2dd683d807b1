export type { JSONWebKeySet, JWK } from 'jose'
export { type ChannelEvents, listenTo } from './channel-events.js'
export type { ProtectedHeader } from './compact/protected-header.js'
export type {
  Algorithm,
  ContentEncryptionAlgorithm,
  Curve,
  KeyManagementAlgorithm,
  SignatureAlgorithm,
  SymmetricKeyManagementAlgorithm,
} from './crypto/algorithms.js'
export type { JoseHeader, JweParts } from './crypto/engine.js'
export { type ErrorCode, errorTable } from './error-table.js'
export { type FailureResponse, type HeaderFields, isSealbearerError, SealbearerError } from './errors.js'
export type { LogOptions, RefusalLogger } from './http/adapter-options.js'
export { type Authenticator, createAuthenticator, type ResourceAuthenticator } from './http/authenticator.js'
export type { AuthenticatorOptions } from './http/authenticator-options.js'
export {
  type ClientCertificateSource,
  type FromHeaderOptions,
  fromHeader,
  fromSocket,
} from './http/client-certificate.js'
export { type CookieOptions, clearCookie, serializeCookie } from './http/cookie.js'
export { type CookieSourceOptions, cookie } from './http/cookie-credentials.js'
export { bearer, type CredentialsSource, type HeaderOptions, header } from './http/credentials.js'
export type { CsrfOptions } from './http/csrf.js'
export type { DecisionEvent } from './http/decide.js'
export {
  type DescribeSecurityOptions,
  describeSecurity,
  type SecurityDescription,
} from './http/describe-security.js'
export { type DpopOptions, dpop } from './http/dpop.js'
export type { Endpoint, EndpointRequest, EndpointResponse } from './http/endpoint.js'
export { type GetAuth, getAuth } from './http/guard.js'
export { createJwksEndpoint, type JwksEndpointOptions } from './http/jwks-endpoint.js'
export type { OpenApiVersion, SecurityResponse, SecurityResponses, SecurityScheme } from './http/openapi.js'
export type { Actor, Auth, AuthUnder, Granted, Outcome, Refused } from './http/outcome.js'
export type { PermissionsOption, ScopeImplies } from './http/permissions.js'
export type { ResourceProfile } from './http/profile.js'
export type { NonceOptions } from './http/proof-nonce.js'
export type { RefusalCode } from './http/refusal.js'
export type { Renewal, Renewed } from './http/renewal.js'
export type { AuthRequest } from './http/request.js'
export { createRequestGuard, type RequestGuard } from './http/request-guard.js'
export type { Requirement } from './http/requirement.js'
export type { MetadataSignature, ResourceOptions } from './http/resource.js'
export { authenticateRequest, type ConnectionFacts, type WebRequest } from './http/web-request.js'
export type { DecryptionPolicy } from './jwe/policy.js'
export type { SignaturePolicy } from './jws/verify.js'
export type { JwtClaims, VerifiedClaims } from './jwt/claims.js'
export type { ClientAuthentication, ClientCertificateKey } from './jwt/client-authentication.js'
export {
  type DefinedToken,
  type DefineVerifierOptions,
  defineVerifier,
  type Verifier,
} from './jwt/define-verifier.js'
export {
  createIntrospectionVerifier,
  type IntrospectionVerifierOptions,
} from './jwt/introspection.js'
export type { SignedResponseOptions } from './jwt/introspection-response.js'
export type { ClaimsToIssue } from './jwt/issued-claims.js'
export type { IssueEvent } from './jwt/issuer.js'
export {
  createIssuer,
  type IssuedClaims,
  type IssuedToken,
  type IssueOptions,
  type Issuer,
} from './jwt/issuer.js'
export type { IssuerKeys, VerifierSignaturePolicy } from './jwt/issuer-keys.js'
export type {
  EncryptionOptions,
  IssuerOptions,
  NestedEncryptionOptions,
  SigningOptions,
} from './jwt/issuer-options.js'
export type { TokenRevocations } from './jwt/revocations.js'
export { createTenantVerifier, type TenantVerifier } from './jwt/tenant-verifier.js'
export type { TenantVerifierOptions } from './jwt/tenant-verifier-options.js'
export type { CacheLimits, TokenForm, VerifiedToken } from './jwt/verification.js'
export { createVerifier } from './jwt/verifier.js'
export type {
  AudienceOption,
  IssuerOption,
  NestedDecryptionPolicy,
  PolicyClaims,
  VerifierOptions,
} from './jwt/verifier-options.js'
export { defaultForbiddenClaims } from './jwt/withheld-claims.js'
export { createKeyRing, type KeyRing } from './key-ring/key-ring.js'
export type { KeyRingEvent } from './key-ring/ring-event.js'
export { type DeriveKeyOptions, deriveKey } from './keys/derive.js'
export { createExternalKey, type ExternalKeyOptions } from './keys/external-key.js'
export { type GenerateKeyOptions, generateKey } from './keys/generate.js'
export { importKey } from './keys/import.js'
export { exportJwk, publicJwks, type SkippedKey, type SkipReason } from './keys/jwk-set.js'
export type { Key, KeySelector, KeySet, Keys } from './keys/key.js'
export type { ImportKeyOptions } from './keys/key-description.js'
export { createKeySet, type KeySetOptions, type LocalKeySet } from './keys/key-set.js'
export { type ImportSecretOptions, importSecret } from './keys/secret.js'
export {
  type DiscoveredIssuer,
  type DiscoverIssuerOptions,
  discoverIssuer,
} from './remote-keys/discover-issuer.js'
export type { ServerMetadata } from './remote-keys/discovery.js'
export type { Fetch, FetchInit } from './remote-keys/fetch-json.js'
export type { KeySetStore, StoredKeySet } from './remote-keys/key-set-store.js'
export { createRemoteKeySet, type RemoteKeySet } from './remote-keys/remote-key-set.js'
export type { RemoteKeySetOptions } from './remote-keys/remote-key-set-options.js'
export type { LoadFailure, RemoteKeySetEvent, RemoteKeySetStatus } from './remote-keys/schedule.js'
export type { WaitUntil } from './remote-keys/shared-loads.js'
export { createMemoryStore, type MemoryStore, type MemoryStoreOptions } from './stores/memory-store.js'
export type { Duration } from './time.js'

/** One row of the table. */
export interface ErrorRow {
  /** HTTP status of the response. Rows with 500 are raised while issuing or by a key store, never by a token. */
  readonly status: 400 | 401 | 403 | 500 | 503
  /**
   * The `error` value sent to the client (RFC 6750 §3.1, RFC 6749 §5.2, RFC 9449 §12.2, RFC 9470 §3); rows without one send none.
   */
  readonly wire?:
    | 'invalid_request'
    | 'invalid_token'
    | 'insufficient_scope'
    | 'invalid_grant'
    | 'invalid_dpop_proof'
    | 'use_dpop_nonce'
    | 'insufficient_user_authentication'
  /** Text for logs. Never contains a part of a token, a key or a claim. */
  readonly message: string
}

/** One row per failure. Codes are API; texts may change in any release. */
export const errorTable = {
  SB_CREDENTIALS_MISSING: { status: 401, message: 'the request carries no access token' },
  SB_CREDENTIALS_MALFORMED: {
    status: 400,
    wire: 'invalid_request',
    message: 'the credentials of the request are malformed',
  },
  SB_CREDENTIALS_REPEATED: {
    status: 400,
    wire: 'invalid_request',
    message: 'the request carries credentials more than once',
  },
  SB_HTTPS_REQUIRED: {
    status: 400,
    wire: 'invalid_request',
    message:
      'the request came over plain HTTP; behind a proxy, configure the framework to trust it, or set requireHttps: false',
  },
  SB_HEADERS_TRUNCATED: {
    status: 400,
    wire: 'invalid_request',
    message: 'the request has so many headers that the server may have dropped some',
  },
  SB_CSRF: {
    status: 403,
    wire: 'invalid_request',
    message: 'an unsafe request without proof that an allowed page sent it',
  },
  SB_TOKEN_TOO_LARGE: { status: 401, wire: 'invalid_token', message: 'the token is larger than allowed' },
  SB_TOKEN_MALFORMED: {
    status: 401,
    wire: 'invalid_token',
    message: 'the token is not a JWS or JWE in Compact Serialization',
  },
  SB_FORM_MISMATCH: {
    status: 401,
    wire: 'invalid_token',
    message: 'the token does not have the form (signed, encrypted, nested) that the policy asks for',
  },
  SB_HEADER_INVALID: { status: 401, wire: 'invalid_token', message: 'the protected header is invalid' },
  SB_CRIT_UNSUPPORTED: {
    status: 401,
    wire: 'invalid_token',
    message: 'the protected header names a critical extension',
  },
  SB_ALG_NOT_ALLOWED: { status: 401, wire: 'invalid_token', message: 'the policy does not allow this "alg"' },
  SB_ENC_NOT_ALLOWED: { status: 401, wire: 'invalid_token', message: 'the policy does not allow this "enc"' },
  SB_KEY_NOT_FOUND: {
    status: 401,
    wire: 'invalid_token',
    message: 'no trusted key matches the token, or several do',
  },
  SB_INTEGRITY_FAILED: {
    status: 401,
    wire: 'invalid_token',
    message: 'the signature, the authentication tag or the key is wrong',
  },
  SB_NESTED_CTY: {
    status: 401,
    wire: 'invalid_token',
    message: 'the encrypted token does not have the cty of a JWT (by default "JWT")',
  },
  SB_NESTED_CLAIM: {
    status: 401,
    wire: 'invalid_token',
    message: 'the claim that carries the inner token is absent or not a string',
  },
  SB_HEADER_CLAIM_MISMATCH: {
    status: 401,
    wire: 'invalid_token',
    message: 'a claim repeated in the protected header differs from the claim inside',
  },
  SB_TYP_MISMATCH: { status: 401, wire: 'invalid_token', message: 'the "typ" is not the expected one' },
  SB_CLAIMS_INVALID: {
    status: 401,
    wire: 'invalid_token',
    message: 'the claims are not a JSON object with members of the right type',
  },
  SB_CLAIM_MISSING: { status: 401, wire: 'invalid_token', message: 'a required claim is absent' },
  SB_ISSUER_MISMATCH: { status: 401, wire: 'invalid_token', message: 'the "iss" is not an expected one' },
  SB_AUDIENCE_MISMATCH: { status: 401, wire: 'invalid_token', message: 'the "aud" is not an expected one' },
  SB_TOKEN_EXPIRED: { status: 401, wire: 'invalid_token', message: 'the token has expired' },
  SB_TOKEN_NOT_YET_VALID: { status: 401, wire: 'invalid_token', message: 'the token is not valid yet' },
  SB_TOKEN_TOO_OLD: { status: 401, wire: 'invalid_token', message: 'the token was issued too long ago' },
  SB_CLAIMS_REJECTED: { status: 401, wire: 'invalid_token', message: 'the claims schema refuses the claims' },
  SB_SCOPE_INSUFFICIENT: {
    status: 403,
    wire: 'insufficient_scope',
    message: 'the token lacks a required scope',
  },
  SB_ROLE_INSUFFICIENT: {
    status: 403,
    wire: 'insufficient_scope',
    message: 'the token lacks a required role',
  },
  SB_REQUIREMENT_REFUSED: {
    status: 403,
    wire: 'insufficient_scope',
    message: 'the "where" of the requirement refuses the token',
  },
  SB_ISSUER_INSUFFICIENT: {
    status: 403,
    wire: 'insufficient_scope',
    message: 'the token comes from another issuer than the requirement names',
  },
  SB_AUTHENTICATION_INSUFFICIENT: {
    status: 401,
    wire: 'insufficient_user_authentication',
    message: 'the user authenticated in another way, or longer ago, than the requirement asks for',
  },
  SB_ACTOR_INSUFFICIENT: {
    status: 403,
    wire: 'insufficient_scope',
    message: 'the token has no actor (act), or another than the requirement names',
  },
  SB_CONFIRMATION_REQUIRED: {
    status: 401,
    wire: 'invalid_token',
    message: 'the token is bound to a key or certificate, and the request proves neither',
  },
  SB_CONFIRMATION_MISMATCH: {
    status: 401,
    wire: 'invalid_token',
    message: 'the token is not bound to the key or certificate of the request',
  },
  SB_PROOF_MISSING: {
    status: 401,
    wire: 'invalid_dpop_proof',
    message: 'the request has a DPoP token without a proof',
  },
  SB_PROOF_REPEATED: {
    status: 401,
    wire: 'invalid_dpop_proof',
    message: 'the request has more than one DPoP proof',
  },
  SB_PROOF_INVALID: { status: 401, wire: 'invalid_dpop_proof', message: 'the DPoP proof is invalid' },
  SB_PROOF_REPLAYED: { status: 401, wire: 'invalid_dpop_proof', message: 'the DPoP proof was used before' },
  SB_PROOF_NONCE: {
    status: 401,
    wire: 'use_dpop_nonce',
    message: 'the DPoP proof has no nonce of this server, or an expired one',
  },
  SB_KEYS_UNAVAILABLE: { status: 503, message: 'the keys are unavailable' },
  SB_DISCOVERY_FAILED: {
    status: 503,
    message: 'the metadata of the issuer could not be fetched, or names another issuer',
  },
  SB_TOKEN_INACTIVE: {
    status: 401,
    wire: 'invalid_token',
    message: 'the issuer says that the token is not active',
  },
  SB_INTROSPECTION_FAILED: {
    status: 503,
    message: 'the introspection endpoint did not respond, rejected this server, or sent an invalid response',
  },
  SB_TOKEN_REVOKED: { status: 401, wire: 'invalid_token', message: 'the token was revoked' },
  SB_REFRESH_REFUSED: {
    status: 400,
    wire: 'invalid_grant',
    message: 'the refresh token is malformed, expired, revoked or was used before',
  },
  SB_CLAIMS_UNAVAILABLE: { status: 503, message: 'the claims of the session are unavailable' },
  SB_STORE_UNAVAILABLE: {
    status: 503,
    message: 'the store did not respond, rejected the operation, or is full',
  },
  SB_STORE_VERSION: {
    status: 503,
    message: 'the store has a record of another version; upgrade the older release; nothing was changed',
  },
  SB_CLAIM_RESERVED: { status: 500, message: 'the issuer sets this claim itself' },
  SB_CLAIM_FORBIDDEN: { status: 500, message: 'this claim must not be in any token' },
  SB_CLAIM_CONFIDENTIAL: { status: 500, message: 'this claim may only be in an encrypted token' },
  SB_ISSUED_TOO_LARGE: { status: 500, message: 'the token would be larger than maxTokenSize' },
  SB_LIFETIME_INVALID: { status: 500, message: 'the lifetime asked for is invalid or above maxLifetime' },
  SB_RING_UNREADABLE: {
    status: 500,
    message: 'the stored key ring is corrupt, was changed by hand, or is sealed with another key',
  },
  SB_RING_REPLACED: {
    status: 500,
    message: 'the store holds an older state of the key ring, or another ring; put the latest one back',
  },
  SB_RING_MISSING: {
    status: 500,
    message: 'the key ring that was in the store is missing; put it back',
  },
  SB_RING_ACCESS: {
    status: 500,
    message:
      'the owner of the key ring could not read it after this change, so nothing was changed; run this as the owner',
  },
  SB_RING_BUSY: {
    status: 500,
    message: 'the store of the key ring was locked, or did not respond, for too long',
  },
  SB_COOKIE_TOO_LARGE: { status: 500, message: 'the cookie is larger than the 4,096 bytes browsers keep' },
} as const

/** Every code that a {@link SealbearerError} can have. */
export type ErrorCode = keyof typeof errorTable

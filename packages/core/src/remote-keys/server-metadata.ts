import type { JsonObject } from '../compact/json.js'

/**
 * What an issuer says of itself (RFC 8414 §2, OpenID Connect Discovery 1.0 §3). Only `issuer` and `jwks_uri` have been
 * checked; a member of the wrong type is left out, and those that are not listed here are as published.
 */
export interface ServerMetadata {
  readonly issuer: string
  readonly jwks_uri: string
  readonly authorization_endpoint?: string
  readonly token_endpoint?: string
  readonly userinfo_endpoint?: string
  readonly introspection_endpoint?: string
  readonly revocation_endpoint?: string
  readonly registration_endpoint?: string
  readonly end_session_endpoint?: string
  readonly device_authorization_endpoint?: string
  readonly pushed_authorization_request_endpoint?: string
  readonly service_documentation?: string
  readonly scopes_supported?: readonly string[]
  readonly response_types_supported?: readonly string[]
  readonly grant_types_supported?: readonly string[]
  readonly code_challenge_methods_supported?: readonly string[]
  readonly token_endpoint_auth_methods_supported?: readonly string[]
  readonly introspection_endpoint_auth_methods_supported?: readonly string[]
  readonly id_token_signing_alg_values_supported?: readonly string[]
  readonly dpop_signing_alg_values_supported?: readonly string[]
  readonly backchannel_logout_supported?: boolean
  readonly backchannel_logout_session_supported?: boolean
  readonly tls_client_certificate_bound_access_tokens?: boolean
  readonly [member: string]: unknown
}

const isText = (value: unknown): boolean => typeof value === 'string'
const isTextList = (value: unknown): boolean => Array.isArray(value) && value.every(isText)

/** The type that a member has by its name, as RFC 8414 §2 and its registry name them. */
const typed: readonly (readonly [RegExp, (value: unknown) => boolean])[] = [
  [/_(?:endpoint|documentation)$/, isText],
  [/_supported$/, (value) => isTextList(value) || typeof value === 'boolean'],
  [/^(?:scopes|response_types|grant_types|code_challenge_methods)_supported$/, isTextList],
  [/_(?:auth_methods|signing_alg_values)_supported$/, isTextList],
  [/^backchannel_logout_(?:session_)?supported$/, (value) => typeof value === 'boolean'],
  [/^tls_client_certificate_bound_access_tokens$/, (value) => typeof value === 'boolean'],
]

/** Leaves of a document the members that have the type which {@link ServerMetadata} promises. Frozen. */
export function serverMetadata(document: JsonObject, issuer: string, jwksUri: string): ServerMetadata {
  const members = Object.entries(document).filter(([name, value]) =>
    typed.every(([pattern, isOfType]) => !pattern.test(name) || isOfType(value)),
  )
  return Object.freeze({ ...Object.fromEntries(members), issuer, jwks_uri: jwksUri })
}

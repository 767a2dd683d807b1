import type { CredentialsFound } from './credentials-found.js'
import type { AuthRequest } from './request.js'

/** RFC 6750 §2.1: the scheme, spaces, and a b64token. The scheme's case is free (RFC 9110 §11.1). */
const bearerCredentials = /^bearer +([A-Za-z0-9\-._~+/]+=*)$/i

/** A `token` of RFC 9110 §5.6.2 that ends where the scheme does. */
const scheme = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+/

/** Reads the Authorization header. A scheme other than Bearer is not ours to refuse (RFC 6750 §3.1). */
export function readBearer(request: AuthRequest): CredentialsFound {
  const values = request.header('authorization')
  const [value] = values
  if (value === undefined) return undefined
  if (values.length > 1) return 'SB_CREDENTIALS_REPEATED'
  const token = bearerCredentials.exec(value)?.[1]
  if (token !== undefined) return { scheme: 'Bearer', token, source: 'header' }
  const named = scheme.exec(value)?.[0].toLowerCase()
  return named === undefined || named === 'bearer' ? 'SB_CREDENTIALS_MALFORMED' : undefined
}

import { clearCookie, serializeCookie } from '@sealbearer/core'

/** The cookie of an access token. */
export interface AccessCookie {
  readonly name: string
  readonly secure: boolean
  /** The `Set-Cookie` header for a token. @param maxAge Seconds. */
  set(token: string, maxAge: number): string
  /** The `Set-Cookie` header that clears the cookie. */
  clear(): string
}

/**
 * Describes the cookie. Over HTTPS, it is `__Host-access`, which no other host and no page over plain HTTP can set.
 * On plain HTTP, which is for this example on loopback only, browsers reject `Secure` and the prefix that requires it,
 * so both are omitted; HttpOnly and SameSite=Lax remain.
 */
export function describeCookie(secure: boolean): AccessCookie {
  const name = secure ? '__Host-access' : 'access'
  return {
    name,
    secure,
    set: (token, maxAge) => serializeCookie(name, token, { secure, maxAge }),
    clear: () => clearCookie(name, { secure }),
  }
}

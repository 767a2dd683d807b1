import { clearCookie, serializeCookie } from '@sealbearer/core'

/** How a token travels as a cookie. */
export interface AccessCookie {
  readonly name: string
  readonly secure: boolean
  /** The `Set-Cookie` header that carries a token for as long as it lives. */
  set(token: string, maxAge: number): string
  /** The `Set-Cookie` header that takes it back. */
  clear(): string
}

/**
 * Describes the cookie. Where pages come over HTTPS it is `__Host-access`, which no other host and no plain
 * page can set. On plain HTTP, which only this example on loopback should ever be, browsers take neither
 * `Secure` nor the prefix that promises it, so both go; HttpOnly and SameSite=Lax stay.
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

import { clearCookie, serializeCookie } from '@sealbearer/core'
import { type AuthRequest, cookieValues } from '@sealbearer/core/internal'
import type { RenewedGrant } from './grant.js'
import { createTokenCookie, type TokenCookie } from './token-cookie.js'

/** The two cookies of a session. */
export interface SessionJar {
  readonly access: TokenCookie
  /** `Set-Cookie` values for a grant; none without a refresh token, because another response has both cookies. */
  write(grant: RenewedGrant): readonly string[]
  clear(): readonly string[]
  /** The refresh token; `undefined` if there are several, because ours cannot be recognized. */
  readRefresh(request: Pick<AuthRequest, 'header'>): string | undefined
  /** All refresh tokens of a request: another host may have set a cookie of the same name. */
  refreshTokens(request: Pick<AuthRequest, 'header'>): readonly string[]
}

/** Attributes that both cookies have. */
export interface JarAttributes {
  readonly secure: boolean
  readonly sameSite: 'Strict' | 'Lax' | 'None'
  readonly domain?: string
}

/** @throws {TypeError} for names, paths and attributes that browsers reject. */
export function createSessionJar(
  names: { readonly access: string; readonly refresh: string },
  refreshPath: string,
  attributes: JarAttributes,
): SessionJar {
  const access = createTokenCookie(names.access, attributes)
  const refreshTokens = (request: Pick<AuthRequest, 'header'>): readonly string[] =>
    [...new Set(cookieValues(request, names.refresh))].filter((value) => value !== '')
  const refreshAttributes = { ...attributes, path: refreshPath }
  const clearRefresh = clearCookie(names.refresh, refreshAttributes)
  return {
    access,
    write({ accessToken, expiresIn, refreshToken, refreshExpiresIn }) {
      if (refreshToken === undefined) return []
      const refreshCookie = { ...refreshAttributes, maxAge: refreshExpiresIn }
      return [
        ...access.write(accessToken, expiresIn - earlyBy(expiresIn)),
        serializeCookie(names.refresh, refreshToken, refreshCookie),
      ]
    },
    clear: () => [...access.clear(), clearRefresh],
    readRefresh(request) {
      const [token, ...others] = refreshTokens(request)
      return others.length === 0 ? token : undefined
    },
    refreshTokens,
  }
}

/** Browsers drop the cookie early, so that no token expires before its request arrives. */
const earlyBy = (expiresIn: number): number => (expiresIn > 300 ? 60 : Math.min(30, expiresIn / 2))

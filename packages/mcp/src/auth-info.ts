import type { Auth } from '@sealbearer/core'
import { isJsonObject, ownMember, tokenOf } from '@sealbearer/core/internal'

/** The `AuthInfo` of the MCP SDK, which describes the sender to tools. */
export interface McpAuthInfo {
  /**
   * Not enumerable, so that logs and copies do not contain it. The MCP specification forbids passing it on to another
   * server; exchange it instead (RFC 8693).
   */
  readonly token: string
  /** The claim `client_id`, otherwise `azp`; empty if the token has neither. */
  clientId: string
  scopes: string[]
  /** Seconds since the epoch. */
  expiresAt?: number
  extra: { readonly claims: unknown; readonly auth: Auth<unknown> }
}

const textMember = (claims: unknown, name: string): string | undefined => {
  const value = isJsonObject(claims) ? ownMember(claims, name) : undefined
  return typeof value === 'string' ? value : undefined
}

/** Creates the `AuthInfo` of a verified sender. `extra` contains its claims, and `auth` itself. */
export function authInfoOf(auth: Auth<unknown>): McpAuthInfo {
  const { claims, scopes, expiresAt } = auth
  const info: McpAuthInfo = {
    token: '',
    clientId: textMember(claims, 'client_id') ?? textMember(claims, 'azp') ?? '',
    scopes: [...scopes],
    ...(expiresAt !== undefined && { expiresAt: expiresAt.getTime() / 1000 }),
    extra: { claims, auth },
  }
  return Object.defineProperty(info, 'token', {
    value: tokenOf(auth) ?? '',
    enumerable: false,
    writable: false,
  })
}

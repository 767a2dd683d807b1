import type { Authenticator } from '@sealbearer/core'
import { authInfoOf, type McpAuthInfo } from './auth-info.js'

/** The SDK's `OAuthTokenVerifier`. */
export interface McpTokenVerifier {
  verifyAccessToken(token: string): Promise<McpAuthInfo>
}

/** How to tell the SDK of an invalid token. */
export interface TokenVerifierOptions {
  /**
   * Creates the error that the SDK answers with 401: `(text) => new InvalidTokenError(text)` with version 1,
   * `(text) => new OAuthError(OAuthErrorCode.InvalidToken, text)` with version 2.
   */
  invalidToken(text: string): Error
}

/**
 * Creates a verifier for the SDK's own `requireBearerAuth`, where that has to stay. Prefer a guard of the authenticator:
 * the SDK answers unavailable keys with 500, knows no scopes of tools, and no tokens bound to a key.
 */
export function createTokenVerifier(
  authenticator: Authenticator<unknown>,
  { invalidToken }: TokenVerifierOptions,
): McpTokenVerifier {
  if (typeof invalidToken !== 'function')
    throw new TypeError('invalidToken: must be a function that returns an error')
  return {
    async verifyAccessToken(token) {
      const outcome = await authenticator.authenticateToken(token)
      if (outcome.ok) return authInfoOf(outcome.auth)
      throw outcome.status === 401 ? invalidToken(outcome.body.error_description) : outcome.error
    },
  }
}

import type { Authenticator } from '@sealbearer/core'
import { authInfoOf, type McpAuthInfo } from './auth-info.js'

/** The SDK's `OAuthTokenVerifier`. */
export interface McpTokenVerifier {
  verifyAccessToken(token: string): Promise<McpAuthInfo>
}

/** Options of {@link createTokenVerifier}. */
export interface TokenVerifierOptions {
  /**
   * Creates the error to which the SDK responds with 401: `(text) => new InvalidTokenError(text)` with version 1,
   * `(text) => new OAuthError(OAuthErrorCode.InvalidToken, text)` with version 2.
   */
  invalidToken(text: string): Error
}

/**
 * Creates a verifier for the SDK's own `requireBearerAuth`, if you need that. Prefer a guard of the authenticator: the SDK
 * responds with 500 if keys are unavailable, and supports neither scopes of tools nor tokens bound to a key.
 *
 * @throws {TypeError} for an invalid `invalidToken`.
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

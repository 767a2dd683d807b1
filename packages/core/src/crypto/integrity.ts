import { SealbearerError } from '../errors.js'

/**
 * The one failure for every way in which a signature, an encrypted key, a tag or a padding can be wrong
 * (RFC 7516 §11.5). A key kept elsewhere can be out of reach, and the token is not to blame
 * for that.
 *
 * @throws {SealbearerError} `SB_INTEGRITY_FAILED`, `SB_KEYS_UNAVAILABLE`
 */
export function integrityFailed(cause?: unknown): never {
  const isOutage = cause instanceof SealbearerError && cause.code === 'SB_KEYS_UNAVAILABLE'
  throw isOutage ? cause : new SealbearerError('SB_INTEGRITY_FAILED')
}

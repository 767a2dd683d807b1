import { SealbearerError } from '../errors.js'

/**
 * The single error for everything that can be wrong with a signature, an encrypted key, a tag or a padding
 * (RFC 7516 §11.5). An external key that is unavailable is reported as such, because the token is not at fault.
 *
 * @throws {SealbearerError} `SB_INTEGRITY_FAILED`, `SB_KEYS_UNAVAILABLE`
 */
export function integrityFailed(cause?: unknown): never {
  const isOutage = cause instanceof SealbearerError && cause.code === 'SB_KEYS_UNAVAILABLE'
  throw isOutage ? cause : new SealbearerError('SB_INTEGRITY_FAILED')
}

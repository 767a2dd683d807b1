import { SealbearerError } from '../errors.js'

/**
 * The one failure for every way in which a signature, an encrypted key, a tag or a padding can be wrong
 * (RFC 7516 §11.5). Only a key held elsewhere speaks for itself, when it is out of reach.
 *
 * @throws {SealbearerError} `SB_INTEGRITY_FAILED`
 */
export function integrityFailed(cause?: unknown): never {
  throw cause instanceof SealbearerError ? cause : new SealbearerError('SB_INTEGRITY_FAILED')
}

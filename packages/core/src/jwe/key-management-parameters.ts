import { engine } from '#crypto'
import { isJsonObject, type JsonObject } from '../compact/json.js'
import type { ProtectedHeader } from '../compact/protected-header.js'
import {
  coordinateBytes,
  type KeyManagementAlgorithm,
  keyManagementAlgorithms,
} from '../crypto/algorithms.js'
import { SealbearerError } from '../errors.js'

const isBytes = (value: unknown, length?: number): boolean => {
  const bytes = typeof value === 'string' ? engine.decodeBase64url(value) : undefined
  return bytes !== undefined && (length === undefined || bytes.length === length)
}

/** An `epk` must not have any of these (RFC 7518 §4.6.1.1), and not every implementation checks for all of them. */
const privateMembers: ReadonlySet<string> = new Set(['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'])

/**
 * JWK members for which WebCrypto rejects a key, and which node:crypto ignores. The values that WebCrypto
 * exports are accepted.
 */
const isUnrestricted = ({ key_ops: operations, ext }: JsonObject): boolean =>
  (operations === undefined || (Array.isArray(operations) && operations.length === 0)) &&
  (ext === undefined || typeof ext === 'boolean')

/** RFC 7518 §4.6.1.1, RFC 8037 §3.2. The key agreement checks whether the point is on the curve. */
function isEphemeralKey(epk: unknown): boolean {
  if (!isJsonObject(epk) || !isUnrestricted(epk)) return false
  if (Object.keys(epk).some((name) => privateMembers.has(name))) return false
  switch (epk['crv']) {
    case 'P-256':
    case 'P-384':
    case 'P-521': {
      const length = coordinateBytes[epk['crv']]
      return epk['kty'] === 'EC' && isBytes(epk['x'], length) && isBytes(epk['y'], length)
    }
    case 'X25519':
      return epk['kty'] === 'OKP' && isBytes(epk['x'], coordinateBytes.X25519)
    default:
      return false
  }
}

type ParameterCheck = (value: unknown) => boolean

const optionalBytes: ParameterCheck = (value) => value === undefined || isBytes(value)

/** Header parameters read by each key management algorithm (RFC 7518 §4.6.1, §4.7.1). */
const parameterChecks: Readonly<Record<string, Readonly<Record<string, ParameterCheck>>>> = {
  'ECDH-ES': { epk: isEphemeralKey, apu: optionalBytes, apv: optionalBytes },
  'AES-GCM': { iv: (value) => isBytes(value, 12), tag: (value) => isBytes(value, 16) },
}

/**
 * Checks the protected header parameters read by the key management, so that no implementation receives one of
 * the wrong type or length.
 *
 * @throws {SealbearerError} `SB_HEADER_INVALID`
 */
export function checkKeyManagementParameters(header: ProtectedHeader, alg: KeyManagementAlgorithm): void {
  const checks = parameterChecks[keyManagementAlgorithms[alg].mode] ?? {}
  for (const [name, isValid] of Object.entries(checks)) {
    if (!isValid(header[name])) throw new SealbearerError('SB_HEADER_INVALID', name)
  }
}

/** Distinguishes a header shared by many tokens from one with per-token parameters. */
export const isSharedByTokens = (header: ProtectedHeader): boolean =>
  header['epk'] === undefined && header['iv'] === undefined

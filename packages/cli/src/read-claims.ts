import { isJsonObject, type JsonObject, parseJsonObject } from '@sealbearer/core/internal'
import { CommandError } from './exit-codes.js'

/**
 * Parses claims as strictly as those of a token: of duplicate members, parsers keep different ones.
 *
 * @throws {CommandError} `usage`
 */
export function readClaims(command: string, text: string): JsonObject {
  const claims = parseJsonObject(text)
  if (claims !== undefined) return claims
  let isObject: boolean
  try {
    isObject = isJsonObject(JSON.parse(text))
  } catch {
    isObject = false
  }
  throw new CommandError(
    'usage',
    isObject
      ? `${command}: the claims have a duplicate member, are nested too deeply, or are not Unicode`
      : `${command}: the claims are not a JSON object`,
  )
}

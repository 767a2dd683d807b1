import { isJsonObject, type JsonObject, parseJsonObject } from '@sealbearer/core/internal'
import { CommandError } from './exit-codes.js'

/**
 * Reads claims as strictly as a token is read: of two members with one name, two readers may keep different ones.
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
      ? `${command}: the claims have a member twice, are nested too deeply, or are not Unicode`
      : `${command}: the claims are no JSON object`,
  )
}

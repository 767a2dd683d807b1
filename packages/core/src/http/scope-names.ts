import { stringList } from '../options.js'

/** RFC 6749 §3.3. */
const scopeToken = /^[\x21\x23-\x5b\x5d-\x7e]+$/

/** Whether a text is one scope. */
export const isScope = (text: unknown): boolean => typeof text === 'string' && scopeToken.test(text)

/**
 * Reads an option that names scopes: a list, or text with one space between them.
 *
 * @throws {TypeError}
 */
export function scopeNames(
  option: string,
  value: unknown,
  wayOut = "must be scopes such as 'orders:read', in a list or with one space between them",
): readonly string[] {
  const scopes = stringList(option, value, wayOut).flatMap((text) => text.split(' '))
  if (!scopes.every(isScope)) throw new TypeError(`${option}: ${wayOut}`)
  return scopes
}

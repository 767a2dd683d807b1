import { engine } from '#crypto'
import type { JoseHeader } from '../crypto/engine.js'
import { SealbearerError } from '../errors.js'
import { type JsonObject, parseJsonObject } from './json.js'

/** Parameters that every token of both kinds may have, which are text wherever they are (RFC 7515 §4.1). */
const textParameters = ['alg', 'enc', 'kid', 'typ', 'cty'] as const

/**
 * Characters of the longest segment that is read, however long a policy lets tokens be. Whoever needs long
 * tokens has much to claim; a header is read before anybody has proved anything.
 */
const longestHeader = 16_384

/** Parses a protected header segment; `undefined` for none. */
export const parseHeaderSegment = (segment: string): JsonObject | undefined =>
  segment.length > longestHeader ? undefined : parseJsonObject(engine.decodeBase64urlText(segment))

/** A protected header whose text parameters are text. */
export type ProtectedHeader = JoseHeader & {
  readonly alg: string
  readonly enc?: string
  readonly kid?: string
  readonly typ?: string
  readonly cty?: string
}

/**
 * Reads and checks a protected header segment, before anything is chosen by it.
 *
 * No extension is understood here, so any `crit` refuses the token (RFC 7515 §4.1.11). `zip` would let a
 * small token become a large one, and `b64` (RFC 7797) would let bytes be signed that are no base64url.
 * `jwk`, `jku`, `x5u` and `x5c` are never looked at.
 *
 * @throws {SealbearerError} `SB_HEADER_INVALID`, `SB_CRIT_UNSUPPORTED`
 */
export function readProtectedHeader(segment: string): ProtectedHeader {
  const header = parseHeaderSegment(segment)
  if (header === undefined) throw new SealbearerError('SB_HEADER_INVALID')
  if (Object.hasOwn(header, 'crit')) throw new SealbearerError('SB_CRIT_UNSUPPORTED')
  for (const name of ['zip', 'b64']) {
    if (Object.hasOwn(header, name)) throw new SealbearerError('SB_HEADER_INVALID', name)
  }
  for (const name of textParameters) {
    if (header[name] === undefined) continue
    // What a header lacks is not to be found on an Object.prototype that somebody wrote to.
    if (typeof header[name] !== 'string' || !Object.hasOwn(header, name)) {
      throw new SealbearerError('SB_HEADER_INVALID', name)
    }
  }
  if (header['alg'] === undefined) throw new SealbearerError('SB_HEADER_INVALID', 'alg')
  // The loop above has checked each member that the type names.
  return header as ProtectedHeader
}

/** Writes a protected header segment. */
export const writeProtectedHeader = (header: JoseHeader): string =>
  engine.encodeBase64url(JSON.stringify(header))

/** Parameters that a caller may not put into a header itself: they are set from options, or refused on reading. */
const reservedParameters = [
  'alg',
  'enc',
  'crit',
  'b64',
  'zip',
  'epk',
  'apu',
  'apv',
  'iv',
  'tag',
  'p2s',
  'p2c',
]

/** Checks the extra header parameters of an option. @throws {TypeError} */
export function extraHeaderOption(option: string, header: unknown): JoseHeader {
  if (header === undefined) return {}
  if (typeof header !== 'object' || header === null || Array.isArray(header)) {
    throw new TypeError(`${option}: must be an object of header parameters`)
  }
  const written = asWritten(header)
  if (written === undefined) {
    throw new TypeError(
      `${option}: cannot be written as JSON that a verifier reads, whose text is well-formed and which is nested 32 levels at most`,
    )
  }
  for (const [name, value] of Object.entries(written)) {
    if (reservedParameters.includes(name)) {
      throw new TypeError(
        `${option}: leave "${name}" out; it is set from the other options, or not supported`,
      )
    }
    if (textParameters.some((text) => text === name) && typeof value !== 'string') {
      throw new TypeError(`${option}: "${name}" must be text`)
    }
  }
  return written
}

/** Looked at as JSON has it: an object's own toJSON could put any parameter there. */
function asWritten(header: object): JsonObject | undefined {
  try {
    return parseJsonObject(JSON.stringify(header))
  } catch {
    // A getter's or the runtime's own text can quote what is in it.
    return undefined
  }
}

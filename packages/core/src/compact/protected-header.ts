import { engine } from '#crypto'
import type { JoseHeader } from '../crypto/engine.js'
import { SealbearerError } from '../errors.js'
import { type JsonObject, parseJsonObject } from './json.js'

/** Parameters of both JWS and JWE that must be strings if present (RFC 7515 §4.1). */
const textParameters = ['alg', 'enc', 'kid', 'typ', 'cty'] as const

/**
 * Maximum length of a header segment in characters, regardless of `maxTokenSize`. Long tokens are long
 * because of their claims, and a header is parsed before anything is authenticated.
 */
const maxHeaderLength = 16_384

/** Parses a protected header segment; `undefined` if it is invalid. */
export const parseHeaderSegment = (segment: string): JsonObject | undefined =>
  segment.length > maxHeaderLength ? undefined : parseJsonObject(engine.decodeBase64urlText(segment))

/** A protected header whose string parameters have been checked. */
export type ProtectedHeader = JoseHeader & {
  readonly alg: string
  readonly enc?: string
  readonly kid?: string
  readonly typ?: string
  readonly cty?: string
}

/**
 * Parses and checks a protected header segment, before anything is selected by it.
 *
 * No extension is supported, so any `crit` is rejected (RFC 7515 §4.1.11). `zip` is rejected because a small
 * token could expand to a large one, `b64` (RFC 7797) because the signed payload would not be base64url.
 * `jwk`, `jku`, `x5u` and `x5c` are ignored.
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
    // Own members only: Object.prototype may have been polluted.
    if (typeof header[name] !== 'string' || !Object.hasOwn(header, name)) {
      throw new SealbearerError('SB_HEADER_INVALID', name)
    }
  }
  if (header['alg'] === undefined) throw new SealbearerError('SB_HEADER_INVALID', 'alg')
  // The loop above has checked each member that the type names.
  return header as ProtectedHeader
}

/**
 * Normalizes a `typ` or `cty` for comparison: case is ignored, and the prefix `application/` is stripped if no other
 * slash follows (RFC 7515 §4.1.9).
 */
export function comparableMediaType(value: string): string {
  // One letter outside ASCII has "k" as lower case.
  const lower = /^[\x20-\x7e]*$/.test(value) ? value.toLowerCase() : value
  const bare = lower.startsWith('application/') ? lower.slice('application/'.length) : lower
  return bare.includes('/') ? lower : bare
}

/** RFC 6838 §4.2, without parameters, which are not compared. */
const mediaType = /^[\w!#$&^.+-]+(?:\/[\w!#$&^.+-]+)?$/

/** Whether text is a valid `typ` or `cty`: `'JWT'`, `'application/at+jwt'`. */
export const isMediaType = (value: unknown): value is string =>
  typeof value === 'string' && mediaType.test(value)

/** Rejects a header with another `typ`. @throws {SealbearerError} `SB_TYP_MISMATCH` */
export type TypCheck = (header: ProtectedHeader) => void

/** Creates the check for the `typ` option of a verifier. @throws {TypeError} */
export function typOption(typ: unknown): TypCheck {
  if (typ === 'any') return () => {}
  const wayOut =
    "required: such as 'at+jwt', without parameters, a list, null for a header without typ; 'any' (alone) opts out"
  const list: unknown[] = Array.isArray(typ) ? typ : [typ]
  const accepted = new Set<string | undefined>()
  for (const item of list) {
    if (item === null) accepted.add(undefined)
    else if (isMediaType(item) && item !== 'any') accepted.add(comparableMediaType(item))
    else throw new TypeError(`typ: ${wayOut}`)
  }
  if (accepted.size === 0) throw new TypeError(`typ: ${wayOut}`)
  // A longer typ in an untrusted token cannot match.
  const maxLength = Math.max(...[...accepted].map((one = '') => `application/${one}`.length))
  return ({ typ }) => {
    const isAccepted =
      typ === undefined
        ? accepted.has(undefined)
        : typ.length <= maxLength && accepted.has(comparableMediaType(typ))
    if (!isAccepted) throw new SealbearerError('SB_TYP_MISMATCH', typFound(typ))
  }
}

const usualTypes = ['JWT', 'at+jwt', 'logout+jwt', 'secevent+jwt', 'dpop+jwt']

/** Tells an operator which kind of token came, if it is a usual one. */
function typFound(typ: string | undefined): string | undefined {
  if (typ === undefined) return 'typ: absent'
  const usual = usualTypes.find((name) => name.toLowerCase() === comparableMediaType(typ))
  return usual && `typ: ${usual}`
}

/** Rejects a header with an unexpected `cty`. */
type ContentCheck = (header: ProtectedHeader) => void

const isJwt = (comparable: string): boolean => comparable === 'jwt' || comparable.endsWith('+jwt')

/**
 * Checks that a header does not declare a JWT where the policy expects claims (RFC 7519 §5.2).
 *
 * @throws {SealbearerError} `SB_FORM_MISMATCH`
 */
export const checkHasClaims: ContentCheck = ({ cty }) => {
  if (cty !== undefined && isJwt(comparableMediaType(cty)))
    throw new SealbearerError('SB_FORM_MISMATCH', 'cty')
}

/**
 * Reads the `encryption.cty` option: creates the check that an encrypted token declares a JWT. `'any'` disables only
 * this check, not those of the content.
 *
 * The check throws `SB_NESTED_CTY`.
 *
 * @throws {TypeError}
 */
export function nestedContentOption(cty: unknown): ContentCheck {
  if (cty === 'any') return () => {}
  const list: readonly unknown[] = Array.isArray(cty) ? cty : [cty ?? 'JWT']
  const accepted = list.map((item) => (isMediaType(item) ? comparableMediaType(item) : ''))
  if (accepted.length === 0 || !accepted.every(isJwt)) {
    throw new TypeError(
      "encryption.cty: leave it out for 'JWT', name another kind of JWT such as 'at+jwt', or a list of them; 'any' (alone) opts out",
    )
  }
  return (header) => {
    const isAnnounced = header.cty !== undefined && accepted.includes(comparableMediaType(header.cty))
    if (!isAnnounced) throw new SealbearerError('SB_NESTED_CTY')
  }
}

/** Serializes a protected header segment. */
export const writeProtectedHeader = (header: JoseHeader): string =>
  engine.encodeBase64url(JSON.stringify(header))

/** Parameters that a caller may not set directly: they come from other options, or are not supported. */
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

/** Validates an option with additional header parameters. @throws {TypeError} */
export function extraHeaderOption(option: string, header: unknown): JoseHeader {
  if (header === undefined) return {}
  if (typeof header !== 'object' || header === null || Array.isArray(header)) {
    throw new TypeError(`${option}: must be an object of header parameters`)
  }
  const written = asWritten(header)
  if (written === undefined) {
    throw new TypeError(
      `${option}: must be serializable as JSON with well-formed strings, nested at most 32 levels deep`,
    )
  }
  for (const [name, value] of Object.entries(written)) {
    if (reservedParameters.includes(name)) {
      throw new TypeError(`${option}: remove "${name}"; it is set from the other options, or not supported`)
    }
    if (textParameters.some((text) => text === name) && typeof value !== 'string') {
      throw new TypeError(`${option}: "${name}" must be a string`)
    }
  }
  return written
}

/** Checked as serialized: an object's own toJSON could add any parameter. */
function asWritten(header: object): JsonObject | undefined {
  try {
    return parseJsonObject(JSON.stringify(header))
  } catch {
    // The error of a getter or of the runtime can quote a value.
    return undefined
  }
}

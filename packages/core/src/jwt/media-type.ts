import type { ProtectedHeader } from '../compact/protected-header.js'
import { SealbearerError } from '../errors.js'

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
  const longest = Math.max(...[...accepted].map((one = '') => `application/${one}`.length))
  return ({ typ }) => {
    const isAccepted =
      typ === undefined
        ? accepted.has(undefined)
        : typ.length <= longest && accepted.has(comparableMediaType(typ))
    if (!isAccepted) throw new SealbearerError('SB_TYP_MISMATCH')
  }
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
  if (cty !== undefined && isJwt(comparableMediaType(cty))) throw new SealbearerError('SB_FORM_MISMATCH')
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

import type { ProtectedHeader } from '../compact/protected-header.js'
import type { Duration } from '../duration.js'
import { SealbearerError } from '../errors.js'
import { abandon } from '../maybe-promise.js'
import { durationOption, stringList } from '../options.js'
import { comparableMediaType } from './media-type.js'

/** Which issuers a policy takes. */
export interface IssuerPolicy {
  /** `undefined` where a function decides. */
  readonly issuers: readonly string[] | undefined
  readonly takesIssuer: (iss: string) => boolean
}

/** Reads the `issuer` option of a verifier. @throws {TypeError} */
export function issuerOption(issuer: unknown): IssuerPolicy {
  if (typeof issuer === 'function') {
    return {
      issuers: undefined,
      takesIssuer(iss) {
        try {
          const answer: unknown = issuer(iss)
          // A promise is refused below.
          abandon(answer)
          return answer === true
        } catch {
          return false
        }
      },
    }
  }
  const issuers = stringList(
    'issuer',
    issuer,
    'required: the exact iss of the tokens, a list, or (iss) => boolean',
  )
  const set = new Set(issuers)
  return { issuers, takesIssuer: (iss) => set.has(iss) }
}

/** RFC 7519 §4.1.4: usually no more than a few minutes. More than an hour is mostly milliseconds for seconds. */
const largestTolerance = 3600

/** Reads the `clockTolerance` option of a verifier, in seconds. @throws {TypeError} */
export function toleranceOption(clockTolerance: Duration | undefined): number {
  const seconds = durationOption('clockTolerance', clockTolerance) ?? 0
  if (seconds <= largestTolerance) return seconds
  throw new TypeError(
    `clockTolerance: must be ${largestTolerance} seconds at most; within it, tokens live on after their exp`,
  )
}

/** Reads the `audience` option of a verifier; `undefined` means any. @throws {TypeError} */
export function audienceOption(audience: unknown): ReadonlySet<string> | undefined {
  if (audience === 'any') return undefined
  const wayOut = "required: our own name as issuers put it into aud, or a list; 'any' (alone) opts out"
  const list = stringList('audience', audience, wayOut)
  if (list.includes('any')) throw new TypeError(`audience: ${wayOut}`)
  return new Set(list)
}

/** Reads the `typ` option of a verifier into the check of a header. @throws {TypeError} */
export function typOption(typ: unknown): (header: ProtectedHeader) => void {
  if (typ === 'any') return () => {}
  const wayOut = "required: such as 'at+jwt', a list, null for a header without typ; 'any' (alone) opts out"
  const list: unknown[] = Array.isArray(typ) ? typ : [typ]
  const accepted = new Set<string | undefined>()
  for (const item of list) {
    if (item === null) accepted.add(undefined)
    else if (typeof item === 'string' && item !== '' && item !== 'any')
      accepted.add(comparableMediaType(item))
    else throw new TypeError(`typ: ${wayOut}`)
  }
  if (accepted.size === 0) throw new TypeError(`typ: ${wayOut}`)
  return (header) => {
    if (!accepted.has(header.typ === undefined ? undefined : comparableMediaType(header.typ))) {
      throw new SealbearerError('SB_TYP_MISMATCH')
    }
  }
}

import type { StandardSchemaV1 } from '@standard-schema/spec'
import { isSealbearerError, SealbearerError } from '../errors.js'
import { adopt, chain, chainOrRecover, isPromise, type MaybePromise } from '../maybe-promise.js'
import { withinTime } from '../time.js'
import type { JwtClaims } from './claims.js'
import { deepFreeze, isImmutable } from './deep-freeze.js'

/** Checks that an option is a Standard Schema. @throws {TypeError} */
export function claimsSchemaOption(option: string, schema: unknown): StandardSchemaV1 | undefined {
  if (schema === undefined) return undefined
  const isObject = (typeof schema === 'object' || typeof schema === 'function') && schema !== null
  const standard: unknown = isObject && '~standard' in schema ? schema['~standard'] : undefined
  const isSchema =
    typeof standard === 'object' &&
    standard !== null &&
    'validate' in standard &&
    typeof standard.validate === 'function'
  if (!isSchema)
    throw new TypeError(`${option}: must be a Standard Schema, such as zod, valibot and arktype make`)
  // Its one method has been found; what it returns is checked at each call.
  return schema as StandardSchemaV1
}

/** What a schema made of claims. */
interface JudgedClaims {
  /** Frozen as far as it can be. */
  readonly claims: unknown
  /** `false` where the schema is to be asked every time; see `Verdict`. */
  readonly isRepeatable: boolean
}

/** The longest, in seconds, that a request waits for a schema. */
const timeLimit = 5

const isLate = (): Error => new SealbearerError('SB_STORE_UNAVAILABLE', 'claimsSchema: timeout')

/**
 * Lets a schema decide about claims. Its issues and errors can quote claims, so of them only the names of the claims at
 * fault are passed on; and neither is what a getter throws, or the runtime about nesting too deep, while the output is
 * frozen.
 *
 * @throws {SealbearerError} `SB_CLAIMS_REJECTED`, `SB_STORE_UNAVAILABLE` for a schema that is late, or throws an error of
 * status 503 itself.
 */
export function applyClaimsSchema(schema: StandardSchemaV1, claims: JwtClaims): MaybePromise<JudgedClaims> {
  return chainOrRecover<JudgedClaims, JudgedClaims>(
    () => {
      const result = adopt(schema['~standard'].validate(claims))
      const isSynchronous = !isPromise(result)
      const inTime = isPromise(result) ? withinTime(timeLimit, isLate, () => result) : result
      return chain(inTime, (value) => {
        const output = deepFreeze(outputOf(value))
        return { claims: output, isRepeatable: isSynchronous && isImmutable(output) }
      })
    },
    (judged) => judged,
    (error) => {
      // What a schema looks up can be unavailable; that is no fault of the token.
      if (isSealbearerError(error) && (error.status === 503 || error.code === 'SB_CLAIMS_REJECTED'))
        throw error
      throw new SealbearerError('SB_CLAIMS_REJECTED')
    },
  )
}

function outputOf(result: StandardSchemaV1.Result<unknown> | undefined): unknown {
  if (result?.issues !== undefined || typeof result !== 'object' || !('value' in result)) {
    throw new SealbearerError('SB_CLAIMS_REJECTED', pathOf(result?.issues))
  }
  return result.value
}

/** Longer names, deeper ones and those with other characters are not of claims that a developer has to find. */
const namedLevels = 4
const plainName = /^[\w:./@ -]{1,64}$/

/** The names of the claim that the first issue is about, which operators can read: `address.country`, `roles.0`. */
function pathOf(issues: unknown): string | undefined {
  const path: unknown = Array.isArray(issues) ? issues[0]?.path : undefined
  if (!Array.isArray(path)) return undefined
  const names = path
    .slice(0, namedLevels)
    // Standard Schema: a key, or an object that holds it.
    .map((part: unknown) =>
      String(typeof part === 'object' && part !== null && 'key' in part ? part.key : part),
    )
  return names.length > 0 && names.every((name) => plainName.test(name)) ? names.join('.') : undefined
}

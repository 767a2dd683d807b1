import type { StandardSchemaV1 } from '@standard-schema/spec'
import { isSealbearerError, SealbearerError } from '../errors.js'
import { adopt, chain, chainOrRecover, isPromise, type MaybePromise } from '../maybe-promise.js'
import { withinTime } from '../time.js'
import { deepFreeze, isImmutable, isSame, type JwtClaims } from './claims.js'

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
    throw new TypeError(`${option}: must be a Standard Schema, such as those of zod, valibot and arktype`)
  // Its one method has been found; what it returns is checked at each call.
  return schema as StandardSchemaV1
}

/** The result of applying a schema to claims. */
interface SchemaResult {
  /** Frozen as far as possible. */
  readonly claims: unknown
  /** Whether requests may share them; see `Verification`. */
  readonly isRepeatable: boolean
}

/** Maximum time in seconds that a request waits for a schema. */
const timeLimit = 5

const isLate = (): Error => new SealbearerError('SB_STORE_UNAVAILABLE', 'claimsSchema: timeout')

/** Validates claims with a schema. @throws {SealbearerError} like {@link ask} */
export const applyClaimsSchema = (schema: StandardSchemaV1, claims: JwtClaims): MaybePromise<SchemaResult> =>
  ask(schema, claims, (output, isSynchronous) => {
    const frozen = deepFreeze(output)
    return { claims: frozen, isRepeatable: isSynchronous && isImmutable(frozen) }
  })

/**
 * Validates claims again, because a schema may depend on more than the claims, such as a list of revoked tokens.
 *
 * @param before What it returned before, immutable.
 * @returns Whether it returns the same now.
 * @throws {SealbearerError} like {@link ask}
 */
export const returnsSame = (
  schema: StandardSchemaV1,
  claims: JwtClaims,
  before: unknown,
): MaybePromise<boolean> =>
  ask(schema, claims, (output, isSynchronous) => isSynchronous && isSame(output, before))

/**
 * Calls a schema. Its issues and errors can quote claims, so only the names of the claims at fault are passed on. Errors
 * from getters or from too deep nesting while the output is read are not passed on either.
 *
 * @throws {SealbearerError} `SB_CLAIMS_REJECTED`, `SB_STORE_UNAVAILABLE` for a schema that is late, or throws an error of
 * status 503 itself.
 */
function ask<T>(
  schema: StandardSchemaV1,
  claims: JwtClaims,
  read: (output: unknown, isSynchronous: boolean) => T,
): MaybePromise<T> {
  return chainOrRecover<T, T>(
    () => {
      const result = adopt(schema['~standard'].validate(claims))
      const isSynchronous = !isPromise(result)
      const inTime = isPromise(result) ? withinTime(timeLimit, isLate, () => result) : result
      return chain(inTime, (value) => read(outputOf(value), isSynchronous))
    },
    (found) => found,
    (error) => {
      // Something that the schema needs can be unavailable; the token is not at fault.
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

/** Longer names, deeper ones and those with other characters are not reported. */
const namedLevels = 4
const plainName = /^[\w:./@ -]{1,64}$/

/** The path of the claim in the first issue: `address.country`, `roles.0`. */
function pathOf(issues: unknown): string | undefined {
  const path: unknown = Array.isArray(issues) ? issues[0]?.path : undefined
  if (!Array.isArray(path)) return undefined
  const names = path
    .slice(0, namedLevels)
    // Standard Schema: a key, or an object with the key.
    .map((part: unknown) =>
      String(typeof part === 'object' && part !== null && 'key' in part ? part.key : part),
    )
  return names.length > 0 && names.every((name) => plainName.test(name)) ? names.join('.') : undefined
}

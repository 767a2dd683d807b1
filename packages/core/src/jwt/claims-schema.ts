import type { StandardSchemaV1 } from '@standard-schema/spec'
import { SealbearerError } from '../errors.js'
import { adopt, chain, chainOrRecover, type MaybePromise } from '../maybe-promise.js'
import type { JwtClaims } from './claims.js'
import { deepFreeze } from './deep-freeze.js'

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

/**
 * Lets a schema judge claims. Its issues and errors can quote claims, so none of them is passed on.
 *
 * @throws {SealbearerError} `SB_CLAIMS_REJECTED`
 */
export function applyClaimsSchema(schema: StandardSchemaV1, claims: JwtClaims): MaybePromise<unknown> {
  const rejected = (): never => {
    throw new SealbearerError('SB_CLAIMS_REJECTED')
  }
  const result = chainOrRecover(
    () => adopt(schema['~standard'].validate(claims)),
    (value) => value,
    rejected,
  )
  return chain(result, (value) => {
    if (value?.issues !== undefined || value === null || typeof value !== 'object' || !('value' in value)) {
      return rejected()
    }
    return deepFreeze(value.value)
  })
}

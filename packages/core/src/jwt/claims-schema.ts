import type { StandardSchemaV1 } from '@standard-schema/spec'
import { SealbearerError } from '../errors.js'
import { adopt, chain, chainOrRecover, isPromise, type MaybePromise } from '../maybe-promise.js'
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

/**
 * Lets a schema judge claims. Its issues and errors can quote claims, so none of them is passed on, and neither is
 * what a getter throws, or the runtime about nesting too deep, while the output is frozen.
 *
 * @throws {SealbearerError} `SB_CLAIMS_REJECTED`
 */
export function applyClaimsSchema(schema: StandardSchemaV1, claims: JwtClaims): MaybePromise<JudgedClaims> {
  return chainOrRecover<JudgedClaims, JudgedClaims>(
    () => {
      const result = adopt(schema['~standard'].validate(claims))
      const isSynchronous = !isPromise(result)
      return chain(result, (value) => {
        const output = deepFreeze(outputOf(value))
        return { claims: output, isRepeatable: isSynchronous && isImmutable(output) }
      })
    },
    (judged) => judged,
    () => rejected(),
  )
}

function outputOf(result: StandardSchemaV1.Result<unknown> | undefined): unknown {
  if (result?.issues !== undefined || typeof result !== 'object' || !('value' in result)) return rejected()
  return result.value
}

const rejected = (): never => {
  throw new SealbearerError('SB_CLAIMS_REJECTED')
}

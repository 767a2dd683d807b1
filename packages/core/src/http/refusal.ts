import {
  type ErrorCode,
  errorTable,
  type FailureResponse,
  isSealbearerError,
  SealbearerError,
} from '../errors.js'
import type { Refused } from './outcome.js'

/** Attributes of a challenge; those that are `undefined` are left out. */
type ChallengeAttributes = Readonly<Record<string, string | undefined>>

/**
 * Writes one challenge of a `WWW-Authenticate` header: a scheme and its attributes as quoted strings
 * (RFC 9110 §11.6.1, RFC 6750 §3).
 */
export function challenge(scheme: string, attributes: ChallengeAttributes): string {
  const written = Object.entries(attributes).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}="${value.replace(/["\\]/g, '\\$&')}"`],
  )
  return written.length === 0 ? scheme : `${scheme} ${written.join(', ')}`
}

const printable = /^[\x20-\x7e]+$/

/**
 * Reads the option `realm`.
 *
 * @throws {TypeError} for text that a header cannot carry.
 */
export function realmOption(realm: unknown): string | undefined {
  if (realm === undefined) return undefined
  if (typeof realm !== 'string' || !printable.test(realm)) {
    throw new TypeError('realm: must be printable ASCII text; leave it out to send none')
  }
  return realm
}

/** Codes that a request can be refused with; the others are raised while issuing. */
export type RefusalCode = {
  [Code in ErrorCode]: (typeof errorTable)[Code]['status'] extends 500 ? never : Code
}[ErrorCode]

/** One text per value of `error`, so that a client cannot tell a bad signature from a bad tag or a wrong key. */
const descriptions = {
  invalid_request: 'The request is malformed, or was not sent in a permitted way',
  invalid_token: 'The access token is invalid, expired or not meant for this resource',
  insufficient_scope: 'The access token does not permit this request',
  invalid_grant: 'The refresh token is invalid, expired or was revoked',
} as const

const missing = 'This resource requires an access token'
const unavailable = 'The access token cannot be checked at the moment'

const retryAfterSeconds = 5

const isRefusalCode = (code: ErrorCode): code is RefusalCode =>
  Object.hasOwn(errorTable, code) && errorTable[code].status !== 500

/**
 * Writes the answer for a code. The answer holds nothing of the token and, beside the realm and the
 * needed scope, nothing of the request.
 *
 * @param scope The scope that is needed (RFC 6750 §3).
 */
function failureResponse(code: RefusalCode, realm: string | undefined, scope?: string): FailureResponse {
  const row = errorTable[code]
  const body =
    'wire' in row
      ? { error: row.wire, error_description: descriptions[row.wire] }
      : { error_description: row.status === 503 ? unavailable : missing }
  const error = 'wire' in row ? body : {}
  return Object.freeze({
    status: row.status,
    headers: Object.freeze({
      ...(row.status === 503
        ? { 'Retry-After': String(retryAfterSeconds) }
        : { 'WWW-Authenticate': challenge('Bearer', { realm, ...error, scope }) }),
      'Cache-Control': 'no-store',
      'Content-Type': 'application/json; charset=utf-8',
    }),
    body: Object.freeze(body),
  })
}

/** Refuses requests under one realm. */
export interface Refusals {
  readonly refuse: (code: RefusalCode, parameter?: string) => Refused
  /** Makes refusals for want of a scope, which say the scope that is needed. */
  readonly lackingScope: (neededScope: string) => () => Refused
  /** Refuses with the code of a {@link SealbearerError}; throws everything else again. */
  readonly recover: (error: unknown) => Refused
}

/** Writes all answers of a realm beforehand. */
export function createRefusals(realm: string | undefined): Refusals {
  const codes = Object.keys(errorTable) as ErrorCode[] // The keys of a constant.
  const responses = new Map(codes.filter(isRefusalCode).map((code) => [code, failureResponse(code, realm)]))
  const refuse = (code: RefusalCode, parameter?: string): Refused =>
    refuseWith(responses.get(code) ?? failureResponse(code, realm), code, parameter)
  return {
    refuse,
    lackingScope(neededScope) {
      // Not before it is needed: a requirement can be made for a single request.
      let response: FailureResponse | undefined
      return () => {
        response ??= failureResponse('SB_SCOPE_INSUFFICIENT', realm, neededScope)
        return refuseWith(response, 'SB_SCOPE_INSUFFICIENT')
      }
    },
    recover(error) {
      if (isSealbearerError(error) && isRefusalCode(error.code)) return refuse(error.code, error.parameter)
      throw error
    },
  }
}

function refuseWith(response: FailureResponse, code: RefusalCode, parameter?: string): Refused {
  const { status, headers, body } = response
  return { ok: false, status, headers, body, error: new SealbearerError(code, parameter, response) }
}

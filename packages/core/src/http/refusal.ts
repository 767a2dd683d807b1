import { type ErrorCode, errorTable } from '../error-table.js'
import { type FailureResponse, type HeaderFields, isSealbearerError, SealbearerError } from '../errors.js'
import { chain, ignoreRejection, isPromise, type MaybePromise } from '../maybe-promise.js'
import { explainedBody } from './explain.js'
import type { Refused } from './outcome.js'
import type { CheckedRequirement } from './requirement.js'
import type { Scheme } from './scheme.js'

/** Attributes of a challenge; `undefined` ones are omitted. */
type ChallengeAttributes = Readonly<Record<string, string | undefined>>

/**
 * Returns one challenge of a `WWW-Authenticate` header: a scheme and its attributes as quoted strings (RFC 9110 §11.6.1,
 * RFC 6750 §3).
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
 * @throws {TypeError} for text that is not allowed in a header.
 */
export function realmOption(realm: unknown): string | undefined {
  if (realm === undefined) return undefined
  if (typeof realm !== 'string' || !printable.test(realm)) {
    throw new TypeError('realm: must be printable ASCII text; leave it out to send none')
  }
  return realm
}

/** Codes that a request can be rejected with; the others are raised while issuing. */
export type RefusalCode = {
  [Code in ErrorCode]: (typeof errorTable)[Code]['status'] extends 500 ? never : Code
}[ErrorCode]

/** One text for each `error`, so that a client cannot tell a bad signature from a bad tag or a wrong key. */
export const errorDescriptions = {
  invalid_request: 'The request is malformed, or was not sent in a permitted way',
  invalid_token: 'The access token is invalid, expired or not meant for this resource',
  insufficient_scope: 'The access token does not permit this request',
  invalid_grant: 'The refresh token is invalid, expired or was revoked',
  invalid_dpop_proof: 'The DPoP proof is missing, invalid or was used before',
  insufficient_user_authentication: 'This request needs another authentication of the user',
  use_dpop_nonce: 'The DPoP proof needs the nonce of this response',
} as const

/** Faults of the request itself, which a client can correct. They reveal nothing about a token. */
const requestDescriptions: Partial<Record<ErrorCode, string>> = {
  SB_HTTPS_REQUIRED: 'This resource is available over HTTPS only',
  SB_CREDENTIALS_REPEATED:
    'The request contains credentials more than once, or a cookie twice with different values',
}

const missing = 'This resource requires an access token'
const unavailable = 'The access token cannot be checked at the moment'

/** What a response with status 503 asks clients to wait. */
export const retryAfterSeconds = 5

const stepUpCode = 'SB_AUTHENTICATION_INSUFFICIENT'

/** Common data of an authenticator's responses. */
interface Realm {
  readonly realm: string | undefined
  /** The address of the protected resource metadata (RFC 9728 §5.1). */
  readonly metadataUrl?: string | undefined
  /** All supported schemes, the preferred one first. */
  readonly schemes: readonly Scheme[]
  /** Whether responses contain the cause. @default false */
  readonly explains?: boolean
}

/**
 * Creates the response for a code, with a challenge for each scheme; the failed one contains the error. The response
 * contains nothing of the token and, except for the realm and the requirement, nothing of the request.
 */
function failureResponse(
  code: RefusalCode,
  { realm, metadataUrl, schemes }: Realm,
  failed: Scheme | undefined,
  requirement: CheckedRequirement | undefined,
): FailureResponse {
  const row = errorTable[code]
  const body =
    'wire' in row
      ? { error: row.wire, error_description: requestDescriptions[code] ?? errorDescriptions[row.wire] }
      : { error_description: row.status === 503 ? unavailable : missing }
  const error = 'wire' in row ? body : {}
  const scope = requirement?.neededScope || undefined
  const stepUp = code === stepUpCode ? requirement?.stepUp : {}
  const challenges = schemes.map((scheme) => {
    const isFailed = scheme === (failed ?? schemes[0])
    return challenge(scheme.name, {
      realm,
      resource_metadata: metadataUrl,
      ...scheme.attributes,
      ...(isFailed && { ...error, ...stepUp }),
      // A client without a token can request a sufficient one, under any of the schemes.
      ...((row.status === 401 || (code === 'SB_SCOPE_INSUFFICIENT' && isFailed)) && { scope }),
    })
  })
  return Object.freeze({
    status: row.status,
    headers: Object.freeze({
      ...(row.status === 503
        ? { 'Retry-After': String(retryAfterSeconds) }
        : { 'WWW-Authenticate': challenges.join(', ') }),
      'Cache-Control': 'no-store',
      'Content-Type': 'application/json; charset=utf-8',
    }),
    body: Object.freeze(body),
  })
}

/** Why, and under which scheme, a request is rejected. */
interface Failure {
  readonly code: RefusalCode
  readonly parameter?: string | undefined
  /** That of the credentials; without credentials, the first scheme is challenged with the error. */
  readonly scheme?: Scheme | undefined
  /** Additional response headers. */
  readonly headers?: HeaderFields | undefined
}

/** Creates rejections with one realm. */
export interface Refusals {
  /** @param requirement Included in the challenge. */
  refuse(failure: Failure, requirement?: CheckedRequirement): MaybePromise<Refused>
  /** The same synchronously, without asynchronous headers of schemes. */
  refuseNow(failure: Failure, requirement?: CheckedRequirement): Refused
}

type Responses = Map<Scheme | undefined, Map<RefusalCode, FailureResponse>>

/** Creates the responses of an authenticator lazily. */
export function createRefusals(realm: Realm): Refusals {
  const bare: Responses = new Map()
  // A response about a requirement is cached with it, because a requirement can be created for a single request.
  const named = new WeakMap<CheckedRequirement, Responses>()
  const responseFor = ({ code, scheme }: Failure, requirement: CheckedRequirement | undefined) => {
    const asksFor = requirement !== undefined && (requirement.neededScope !== '' || code === stepUpCode)
    const responses = asksFor ? getOrCreate(named, requirement, (): Responses => new Map()) : bare
    const known = getOrCreate(responses, scheme, () => new Map<RefusalCode, FailureResponse>())
    return getOrCreate(known, code, () => failureResponse(code, realm, scheme, requirement))
  }
  const refused = (failure: Failure, response: FailureResponse, more: HeaderFields | undefined): Refused => {
    const { status } = response
    const body = realm.explains ? explainedBody(response.body, failure) : response.body
    const headers =
      more === undefined && failure.headers === undefined
        ? response.headers
        : { ...response.headers, ...more, ...failure.headers }
    const error = new SealbearerError(failure.code, failure.parameter, { status, headers, body })
    return { ok: false, status, headers, body, error }
  }
  // DPoP is the only scheme with response headers.
  const schemeHeaders = realm.schemes.find(({ responseHeaders }) => responseHeaders)?.responseHeaders
  const headersFor = ({ status }: FailureResponse): MaybePromise<HeaderFields> | undefined =>
    status === 401 ? schemeHeaders?.() : undefined
  return {
    refuse(failure, requirement) {
      const response = responseFor(failure, requirement)
      return chain(headersFor(response), (headers) => refused(failure, response, headers))
    },
    refuseNow(failure, requirement) {
      const response = responseFor(failure, requirement)
      const headers = headersFor(response)
      ignoreRejection(headers)
      return refused(failure, response, isPromise(headers) ? undefined : headers)
    },
  }
}

/** A `Map`, or a `WeakMap`. */
interface MutableMap<K, V> {
  get(key: K): V | undefined
  set(key: K, value: V): unknown
}

function getOrCreate<K, V>(map: MutableMap<K, V>, key: K, make: () => V): V {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = make()
  map.set(key, made)
  return made
}

/** Whether a request can be rejected with a code; the others are raised while issuing. */
export const isRefusalCode = (code: unknown): code is RefusalCode =>
  typeof code === 'string' && Object.hasOwn(errorTable, code) && errorTable[code as ErrorCode].status !== 500

/**
 * Whether a caught value is the error of a rejected request, from a guard or from `authenticator.refuse`, with its
 * response.
 */
export const isRefusal = (error: unknown): error is SealbearerError & FailureResponse =>
  isSealbearerError(error) && error.headers !== undefined && error.body !== undefined

import { realm } from './parties.js'

/** What a refused request is answered with, to the last byte. */
export interface Answer {
  readonly status: number
  /** `WWW-Authenticate`; `null` where there must be none. */
  readonly challenge: string | null
  /** `Retry-After`; `null` where there must be none. */
  readonly retryAfter: string | null
  readonly body: string
  /** `DPoP-Nonce`; none where it is left out. */
  readonly nonce?: string
}

// Spelled here once more, and not taken from core, so that no change of an answer goes unseen.
const requestText = 'The request is malformed, or was not sent in a permitted way'
const httpsText = 'This resource is available over HTTPS only'
const repeatedText =
  'The request contains credentials more than once, or a cookie twice with different values'
const tokenText = 'The access token is invalid, expired or not meant for this resource'
const scopeText = 'The access token does not permit this request'

/** Writes an answer that names an error (RFC 6750 §3.1). */
function naming(status: number, error: string, text: string, start = `realm="${realm}", `, end = ''): Answer {
  return {
    status,
    challenge: `Bearer ${start}error="${error}", error_description="${text}"${end}`,
    retryAfter: null,
    body: `{"error":"${error}","error_description":"${text}"}`,
  }
}

/** RFC 6750 §3.1: where no credentials came, no error is named. */
const missing = (challenge: string): Answer => ({
  status: 401,
  challenge,
  retryAfter: null,
  body: '{"error_description":"This resource requires an access token"}',
})

/** Answers that say the same to every request. */
type AnswerName =
  | 'missing'
  | 'missingWithoutRealm'
  | 'missingQuotedRealm'
  | 'invalidRequest'
  | 'plainHttp'
  | 'repeated'
  | 'forgedRequest'
  | 'invalidToken'
  | 'invalidTokenWithoutRealm'
  | 'insufficient'
  | 'unavailable'

/** Every answer there is. One text for all invalid tokens, so that no client learns what was wrong with one. */
export const answers: Readonly<Record<AnswerName, Answer>> = {
  missing: missing(`Bearer realm="${realm}"`),
  missingWithoutRealm: missing('Bearer'),
  missingQuotedRealm: missing(String.raw`Bearer realm="the \"orders\" \\ API"`),
  invalidRequest: naming(400, 'invalid_request', requestText),
  plainHttp: naming(400, 'invalid_request', httpsText),
  repeated: naming(400, 'invalid_request', repeatedText),
  forgedRequest: naming(403, 'invalid_request', requestText),
  invalidToken: naming(401, 'invalid_token', tokenText),
  invalidTokenWithoutRealm: naming(401, 'invalid_token', tokenText, ''),
  insufficient: naming(403, 'insufficient_scope', scopeText),
  unavailable: {
    status: 503,
    challenge: null,
    retryAfter: '5',
    body: '{"error_description":"The access token cannot be checked at the moment"}',
  },
}

/** Too little scope; says which is needed (RFC 6750 §3). */
export const needsScope = (scope: string): Answer =>
  naming(403, 'insufficient_scope', scopeText, undefined, `, scope="${scope}"`)

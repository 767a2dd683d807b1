import { type CredentialsSource, isAuthorization } from './credentials.js'
import type { Refused } from './outcome.js'
import type { RefusalCode, Refusals } from './refusal.js'
import { checkRequirement, type Requirement } from './requirement.js'

/** How requests prove who sends them, and are refused; for descriptions. */
export interface SecurityFacts {
  readonly sources: readonly CredentialsSource[]
  readonly readsCertificates: boolean
  /** Whether tokens without a binding are refused. */
  readonly needsBinding: boolean
  readonly refusals: Refusals
}

/** The version of OpenAPI that a description is for. */
export type OpenApiVersion = '3.0' | '3.1'

/** One way to send credentials, as OpenAPI describes it. */
export type SecurityScheme<Version extends OpenApiVersion = OpenApiVersion> =
  | { type: 'http'; scheme: string; bearerFormat?: string; description?: string }
  | { type: 'apiKey'; in: 'header' | 'cookie'; name: string; description?: string }
  // OpenAPI 3.0 cannot describe certificates.
  | (Version extends '3.1' ? { type: 'mutualTLS'; description?: string } : never)

/** A scheme with its name in `components.securitySchemes`. */
export type NamedScheme = readonly [name: string, scheme: SecurityScheme]

/** Such a name may have no other characters. */
const safe = (name: string): string => name.replace(/[^\w.-]/g, '_')

/** Describes where credentials are read. Named by what they are, so that several authenticators can share a document. */
export function schemeOf(source: CredentialsSource): NamedScheme {
  const { name, scheme } = source
  if (source.source === 'cookie') return [`cookie.${safe(name)}`, { type: 'apiKey', in: 'cookie', name }]
  if (isAuthorization(source) && scheme !== undefined) {
    const lowerCase = scheme.toLowerCase()
    const isBearer = lowerCase === 'bearer'
    return [
      safe(lowerCase),
      {
        type: 'http',
        scheme: lowerCase,
        ...(isBearer && { bearerFormat: 'JWT' }),
        ...(lowerCase === 'dpop' && {
          description: 'A token that is bound to a key, with a proof in the header DPoP (RFC 9449)',
        }),
      },
    ]
  }
  return [
    `header.${safe(name)}`,
    {
      type: 'apiKey',
      in: 'header',
      name,
      ...(scheme !== undefined && { description: `The token, after "${scheme} "` }),
    },
  ]
}

/** A client's certificate, beside a token. */
export const certificateScheme: NamedScheme = [
  'mutualTLS',
  { type: 'mutualTLS', description: 'The certificate that the token is bound to (RFC 8705)' },
]

type AnyRequirement = Requirement<unknown, boolean | undefined>

/** A response of an operation, as OpenAPI describes it. */
export interface SecurityResponse {
  description: string
  headers: Record<string, { description: string; schema: { type: 'string' }; example: string }>
  content: {
    'application/json': {
      schema: {
        type: 'object'
        required: string[]
        properties: Record<'error' | 'error_description', { type: 'string' }>
      }
      example: Record<string, string>
    }
  }
}

/** The responses to refused requests, by status. */
export type SecurityResponses = Record<'400' | '401' | '403' | '503', SecurityResponse>

/** What a requirement has besides scopes, in words. */
const words = {
  role: (names) => `all of the roles ${names}`,
  anyRole: (names) => `one of the roles ${names}`,
  issuer: (names) => `a token of ${names}`,
  acr: (names) => `an authentication of the user of the class ${names}`,
  maxAge: (age) => `an authentication of the user within the last ${age}`,
  actor: (names) => `one of the actors ${names}`,
} as const satisfies Partial<Record<keyof AnyRequirement, (value: string) => string>>

const wordNames = Object.keys(words) as readonly (keyof typeof words)[]

function needsOf(requirement: AnyRequirement): readonly string[] {
  return wordNames.flatMap((name) => {
    const value = requirement[name]
    if (value === undefined) return []
    const seconds = typeof value === 'number' ? `${value} seconds` : undefined
    return [words[name](seconds ?? [value].flat().join(', '))]
  })
}

/** Describes a response, with the value of one of its headers as an example. */
function described(
  { headers, body }: Refused,
  description: string,
  header: { readonly name: string; readonly description: string },
): SecurityResponse {
  const { error, error_description } = body
  return {
    description,
    headers: {
      [header.name]: {
        description: header.description,
        schema: { type: 'string' },
        example: [headers[header.name] ?? ''].flat().join(', '),
      },
    },
    content: {
      'application/json': {
        schema: {
          type: 'object',
          required: ['error_description'],
          properties: { error: { type: 'string' }, error_description: { type: 'string' } },
        },
        example: { ...(error !== undefined && { error }), error_description },
      },
    },
  }
}

const challenge = {
  name: 'WWW-Authenticate',
  description: 'The schemes to authenticate with, and what was wrong (RFC 6750 §3)',
}
const retryAfter = { name: 'Retry-After', description: 'Seconds until the next attempt' }

/** Describes the refusals of a route, with their challenges as examples. */
export function securityResponses(
  refusals: Refusals,
  requirements: readonly AnyRequirement[],
  scopes: readonly string[],
): SecurityResponses {
  const checked = checkRequirement(scopes.length === 0 ? undefined : { scope: scopes })
  const needs = requirements.flatMap(needsOf)
  const needed = needs.length === 0 ? '' : `. Needs ${needs.join('; ')}`
  const forbidden = scopes.length === 0 ? 'SB_REQUIREMENT_REFUSED' : 'SB_SCOPE_INSUFFICIENT'
  const refusal = (code: RefusalCode): Refused => refusals.refuseNow({ code }, checked)
  return {
    '400': described(
      refusal('SB_CREDENTIALS_MALFORMED'),
      'The credentials are malformed, repeated, or came over plain HTTP',
      challenge,
    ),
    '401': described(
      refusal('SB_CREDENTIALS_MISSING'),
      `The access token is missing, invalid or expired${needed}`,
      challenge,
    ),
    '403': described(refusal(forbidden), `The access token does not permit this request${needed}`, challenge),
    '503': described(
      refusal('SB_KEYS_UNAVAILABLE'),
      'The access token cannot be checked at the moment',
      retryAfter,
    ),
  }
}

import type { CredentialsSource } from './credentials.js'
import type { Refusals } from './refusal.js'

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

const isAuthorization = ({ source, name }: CredentialsSource): boolean =>
  source === 'header' && name === 'authorization'

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

import {
  algorithmOption,
  isAsymmetric,
  type SignatureAlgorithm,
  signatureAlgorithms,
} from '../crypto/algorithms.js'
import { signingKeys } from '../jws/sign.js'
import type { Keys } from '../keys/key.js'
import { checkMembers, stringList } from '../options.js'
import { scopeNames } from './scope-names.js'
import { isSafeUrl } from './target-uri.js'

/** Metadata of a protected resource (RFC 9728). */
export interface ResourceOptions {
  /**
   * The resource identifier (RFC 8707 §2): an `https:` URL without query or fragment, with a path if the host serves
   * several resources. Usually the `aud` of its tokens.
   */
  readonly identifier: string
  /** The issuers whose tokens are accepted. */
  readonly authorizationServers: string | readonly string[]
  /** The scopes that clients may request; a string contains several, separated by spaces. */
  readonly scopes?: string | readonly string[] | undefined
  /** A page for developers. */
  readonly documentation?: string | undefined
  /** A name for users. */
  readonly name?: string | undefined
  /** Adds the metadata as a signed JWT (`signed_metadata`, RFC 9728 §2.2). @default unsigned */
  readonly signature?: MetadataSignature | undefined
}

/** How metadata is signed. */
export interface MetadataSignature {
  readonly key: Keys
  readonly algorithm: SignatureAlgorithm
  /** The `iss` of the signed metadata. @default the resource's identifier */
  readonly issuer?: string | undefined
}

/** A resource with validated options. */
export interface CheckedResource {
  readonly identifier: string
  /** The metadata members that come from options. */
  readonly described: Readonly<Record<string, unknown>>
  /** The metadata path, and its URL. */
  readonly path: string
  readonly metadataUrl: string
  readonly signature: MetadataSignature | undefined
}

const members = [
  'identifier',
  'authorizationServers',
  'scopes',
  'documentation',
  'name',
  'signature',
] as const satisfies readonly (keyof ResourceOptions)[]

const wellKnown = '/.well-known/oauth-protected-resource'

/** Reads the option `resource`. @throws {TypeError} */
export function resourceOption(options: ResourceOptions): CheckedResource {
  checkMembers('resource', options, members)
  const identifier = urlOption('resource.identifier', options.identifier)
  const servers = stringList(
    'resource.authorizationServers',
    options.authorizationServers,
    "must be a list of issuers such as 'https://auth.example.com'",
  )
  for (const server of servers) urlOption('resource.authorizationServers', server)
  const { scopes, documentation, name, signature } = options
  if (documentation !== undefined) urlOption('resource.documentation', documentation, /\s/)
  if (name !== undefined) stringList('resource.name', [name], 'must be a text')
  if (signature !== undefined) checkSignature(signature)
  const { origin, pathname } = new URL(identifier)
  // RFC 9728 §3.1: inserted between host and path, without a lone slash.
  const path = `${wellKnown}${pathname === '/' ? '' : pathname}`
  return {
    identifier,
    path,
    metadataUrl: origin + path,
    signature,
    described: {
      resource: identifier,
      authorization_servers: servers,
      scopes_supported:
        scopes === undefined ? undefined : [...new Set(scopeNames('resource.scopes', scopes))],
      resource_name: name,
      resource_documentation: documentation,
    },
  }
}

function urlOption(option: string, value: unknown, refused = /[?#]/): string {
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined
  const isPlain = url !== undefined && isSafeUrl(url) && url.username === '' && url.password === ''
  if (typeof value === 'string' && isPlain && !refused.test(value) && !/\s/.test(value)) return value
  throw new TypeError(
    `${option}: must be an https: URL such as 'https://api.example.com', without query or fragment; plain http: is for loopback alone`,
  )
}

function checkSignature(signature: MetadataSignature): void {
  const option = 'resource.signature'
  checkMembers(option, signature, ['key', 'algorithm', 'issuer'])
  const { algorithm, issuer } = signature
  algorithmOption(`${option}.algorithm`, algorithm, isAsymmetric, signatureAlgorithms)
  signingKeys(`${option}.key`, signature.key, algorithm)
  if (issuer !== undefined) urlOption(`${option}.issuer`, issuer)
}

import {
  algorithmOption,
  isAsymmetric,
  type SignatureAlgorithm,
  signatureAlgorithms,
} from '../crypto/algorithms.js'
import { signingKeys, signJws } from '../jws/sign.js'
import { isKeySet, type Keys } from '../keys/key.js'
import { checkMembers, stringList } from '../options.js'
import { type Endpoint, type EndpointResponse, endpointAt } from './endpoint.js'
import { scopeNames } from './permissions.js'
import type { Scheme } from './scheme.js'
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
  /**
   * The scopes that clients may request; a string contains several, separated by spaces.
   *
   * @default none are published
   */
  readonly scopes?: string | readonly string[] | undefined
  /** A page for developers. @default none */
  readonly documentation?: string | undefined
  /** A name for users. @default none */
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
interface CheckedResource {
  readonly identifier: string
  readonly scopes: readonly string[] | undefined
  /** The metadata members that come from options. */
  readonly described: Readonly<Record<string, unknown>>
  /** The metadata path, and its URL. */
  readonly path: string
  readonly metadataUrl: string
  readonly signature: MetadataSignature | undefined
}

const optionNames = [
  'identifier',
  'authorizationServers',
  'scopes',
  'documentation',
  'name',
  'signature',
] as const satisfies readonly (keyof ResourceOptions)[]

const wellKnown = '/.well-known/oauth-protected-resource'

/** What a router of some framework decodes, or reads as a pattern. */
const interpreted = /[%:*()[\]{}!+|^]/

/** Reads the option `resource`. @throws {TypeError} */
export function resourceOption(options: ResourceOptions): CheckedResource {
  checkMembers('resource', options, optionNames)
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
  if (interpreted.test(pathname)) {
    throw new TypeError(
      'resource.identifier: routers interpret one of its characters, and the metadata would not be found; use letters, digits and -._~@/ in its path',
    )
  }
  // RFC 9728 §3.1: inserted between host and path, without a lone slash.
  const path = `${wellKnown}${pathname === '/' ? '' : pathname}`
  const published = scopes === undefined ? undefined : [...new Set(scopeNames('resource.scopes', scopes))]
  return {
    identifier,
    scopes: published,
    path,
    metadataUrl: origin + path,
    // A copy, since the application can change its object after the check.
    signature: signature && { ...signature },
    described: {
      resource: identifier,
      authorization_servers: servers,
      scopes_supported: published,
      resource_name: name,
      resource_documentation: documentation,
    },
  }
}

function urlOption(option: string, value: unknown, refused = /[?#]/): string {
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined
  const isPlain =
    url !== undefined &&
    isSafeUrl(url) &&
    !url.hostname.includes('*') &&
    url.username === '' &&
    url.password === ''
  if (typeof value === 'string' && isPlain && !refused.test(value) && !/\s/.test(value)) {
    if (!isAsParsed(value, url))
      throw new TypeError(`${option}: clients would read another URL; write it as '${url.href}'`)
    return value
  }
  throw new TypeError(
    `${option}: must be an https: URL such as 'https://api.example.com', without query or fragment; plain http: is for loopback alone`,
  )
}

/**
 * Whether a URL is written as it is parsed, ignoring case and the default port of its host: identifiers are compared as
 * text (RFC 9728 §3.3), and a URL parser resolves dot segments, backslashes and names outside ASCII.
 */
function isAsParsed(value: string, { host, port, protocol, pathname, search, hash }: URL): boolean {
  const [, authority = '', rest = ''] = /^https?:\/\/([^/?#]+)(.*)$/i.exec(value) ?? []
  const withPort = port === '' ? `${host}:${protocol === 'https:' ? '443' : '80'}` : host
  const parsed = pathname + search + hash
  return [host, withPort].includes(authority.toLowerCase()) && (rest === parsed || `/${rest}` === parsed)
}

function checkSignature(signature: MetadataSignature): void {
  const option = 'resource.signature'
  checkMembers(option, signature, ['key', 'algorithm', 'issuer'])
  const { algorithm, issuer } = signature
  algorithmOption(`${option}.algorithm`, algorithm, isAsymmetric, signatureAlgorithms)
  signingKeys(`${option}.key`, signature.key, algorithm)
  if (issuer !== undefined) urlOption(`${option}.issuer`, issuer)
}

/** How requests to a resource are authenticated. */
interface ResourceFacts {
  readonly schemes: readonly Scheme[]
  /** Whether a source of credentials is the Authorization header. */
  readonly readsAuthorization: boolean
  /** Whether tokens can be bound to a client's certificate. */
  readonly readsCertificates: boolean
}

/** It is public, and clients in browsers must be able to read it. */
const cors = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Allow-Methods': 'GET, HEAD, OPTIONS',
  'Access-Control-Allow-Headers': '*',
}

/**
 * Creates the endpoint for the metadata of a protected resource.
 *
 * @param now Seconds, by a monotonic clock.
 * @see {@link https://www.rfc-editor.org/rfc/rfc9728#section-3 RFC 9728 §3}
 */
export function createMetadataEndpoint(
  resource: CheckedResource,
  facts: ResourceFacts,
  now: () => number = () => performance.now() / 1000,
): Endpoint {
  const write = metadataWriter(metadataOf(resource, facts), resource, now)
  return endpointAt(resource.path, async ({ method }): Promise<EndpointResponse> => {
    if (method === 'OPTIONS') return { status: 204, headers: cors, body: undefined }
    if (method !== 'GET' && method !== 'HEAD') {
      return { status: 405, headers: { ...cors, Allow: 'GET, HEAD, OPTIONS' }, body: undefined }
    }
    const text = await write()
    const headers = {
      ...cors,
      'Cache-Control': `public, max-age=${maxAge}`,
      'Content-Type': 'application/json',
    }
    return { status: 200, headers, body: method === 'HEAD' ? undefined : text }
  })
}

type Metadata = Readonly<Record<string, unknown>>

function metadataOf({ described }: CheckedResource, facts: ResourceFacts): Metadata {
  const { schemes, readsAuthorization, readsCertificates } = facts
  const dpop = schemes.find(({ name }) => name === 'DPoP')
  return {
    ...described,
    bearer_methods_supported: readsAuthorization ? ['header'] : [],
    ...(dpop !== undefined && {
      dpop_signing_alg_values_supported: dpop.attributes['algs']?.split(' '),
      dpop_bound_access_tokens_required: schemes.every(({ confirmation }) => confirmation !== undefined),
    }),
    tls_client_certificate_bound_access_tokens: readsCertificates,
  }
}

/** Seconds that the metadata may be cached, by clients and here. */
const maxAge = 300

/**
 * Creates the function that writes the metadata. Signed metadata is cached, because anyone can request it, but not beyond
 * the trust in its key.
 */
function metadataWriter(
  metadata: Metadata,
  { identifier, signature }: CheckedResource,
  now: () => number,
): () => Promise<string> {
  if (signature === undefined) {
    const text = JSON.stringify(metadata)
    return async () => text
  }
  const { key, algorithm, issuer = identifier } = signature
  const payload = new TextEncoder().encode(JSON.stringify({ ...metadata, iss: issuer }))
  const sign = async (): Promise<string> =>
    JSON.stringify({ ...metadata, signed_metadata: await signJws(payload, { algorithm, key }) })
  const sets = [key].flat().filter(isKeySet)
  let last: { readonly text: Promise<string>; readonly at: number; readonly generation: string } | undefined
  return () => {
    // Changes if a key was removed.
    const generation = sets.map((set) => set.generation).join()
    if (last?.generation === generation && now() - last.at < maxAge) return last.text
    const next = { text: sign(), at: now(), generation }
    last = next
    // An unavailable key may be available for the next request.
    next.text.catch(() => {
      if (last === next) last = undefined
    })
    return next.text
  }
}

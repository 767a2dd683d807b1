import type { JsonObject } from '../compact/json.js'
import { SealbearerError } from '../errors.js'
import type { MaybePromise } from '../maybe-promise.js'
import { FetchFailure, type FetchLimits, fetchJson } from './fetch-json.js'
import { leadsFurtherInside, trustedUrl } from './network-reach.js'
import type { CheckedRemoteOptions } from './remote-key-set-options.js'
import { withRetries } from './schedule.js'

/** The possible URLs of an issuer's metadata, in order. */
function metadataAddresses(issuer: URL): readonly URL[] {
  const path = issuer.pathname.replace(/\/$/, '')
  const paths = new Set([
    `${path}/.well-known/openid-configuration`,
    `/.well-known/oauth-authorization-server${path}`,
    `/.well-known/openid-configuration${path}`,
  ])
  return [...paths].map((wellKnown) => {
    const address = new URL(issuer)
    address.pathname = wellKnown
    return address
  })
}

interface Found {
  readonly metadata: ServerMetadata
  readonly jwksUri: URL
  /** Seconds. */
  readonly at: number
}

/** A process that starts has no previous metadata to use. */
const retries = 2

/** Loads and caches the metadata of one issuer. */
export class Discovery {
  readonly #issuer: string
  readonly #addresses: readonly URL[]
  /** The URLs chosen by the application. */
  readonly #chosen: readonly URL[]
  readonly #options: CheckedRemoteOptions
  readonly #now: () => number
  #latest: Found | undefined
  #current: Promise<Found> | undefined
  /** Why the last load failed, if it did. */
  #failure: FetchFailure | undefined

  constructor(
    issuer: string,
    address: URL,
    metadataUrl: URL | undefined,
    options: CheckedRemoteOptions,
    now: () => number,
  ) {
    this.#issuer = issuer
    this.#addresses = metadataUrl === undefined ? metadataAddresses(address) : [metadataUrl]
    this.#chosen = metadataUrl === undefined ? [address] : [address, metadataUrl]
    this.#options = options
    this.#now = now
  }

  /** @throws {SealbearerError} `SB_DISCOVERY_FAILED` */
  async found(): Promise<Found> {
    const now = this.#now()
    const latest = this.#latest
    const age = latest === undefined ? Number.POSITIVE_INFINITY : Math.abs(now - latest.at)
    if (latest !== undefined && age < this.#options.bounds.maxAge) return latest
    try {
      this.#latest = await this.#loadShared(now)
      return this.#latest
    } catch (error) {
      if (latest !== undefined && age < this.#options.maxStale) return latest
      throw error
    }
  }

  /** The URL of the keys. @throws {FetchFailure} */
  async locate(): Promise<URL> {
    try {
      const { jwksUri } = await this.found()
      await this.#checkReach(jwksUri)
      return jwksUri
    } catch (error) {
      const isOurs = error instanceof SealbearerError
      throw new FetchFailure('discovery', {
        status: this.#failure?.facts.status,
        code: this.#failure?.facts.code,
        detail: isOurs ? [error.parameter, error.detail].filter(Boolean).join(': ') : undefined,
      })
    }
  }

  #loadShared(now: number): MaybePromise<Found> {
    if (!this.#options.shareLoads) return this.#load(now)
    this.#current ??= this.#load(now).finally(() => {
      this.#current = undefined
    })
    return this.#current
  }

  async #load(now: number): Promise<Found> {
    const document = await this.#findDocument()
    const jwksUri = trustedUrl(document['jwks_uri'], this.#options.requireHttps)
    if (jwksUri === undefined) throw new SealbearerError('SB_DISCOVERY_FAILED', 'jwks_uri')
    await this.#checkReach(jwksUri)
    return {
      metadata: serverMetadata(document, this.#issuer, String(document['jwks_uri'])),
      jwksUri,
      at: now,
    }
  }

  #failed(failure: FetchFailure | undefined): SealbearerError {
    this.#failure = failure
    return new SealbearerError('SB_DISCOVERY_FAILED', failure?.summary)
  }

  async #checkReach(jwksUri: URL): Promise<void> {
    if (!(await leadsFurtherInside(jwksUri, this.#chosen))) return
    throw new SealbearerError('SB_DISCOVERY_FAILED', 'jwks_uri', undefined, 'leads into a private network')
  }

  async #findDocument(): Promise<JsonObject> {
    const { fetch, maxBytes, timeout } = this.#options
    let another: unknown
    let failure: FetchFailure | undefined
    this.#failure = undefined
    for (const url of this.#addresses) {
      const found = await fetchMetadata(url, { fetch, maxBytes, timeout, mediaType: 'json' })
      if (found instanceof FetchFailure) failure ??= found
      else if (found['issuer'] === this.#issuer) return found
      else another ??= found['issuer'] ?? null
      // A host that does not respond at one URL will not respond at the next.
      if (found instanceof FetchFailure && isSilence(found)) throw this.#failed(found)
    }
    if (another === undefined) throw this.#failed(failure)
    const detail = `expected "${this.#issuer}", found ${shownIssuer(another)}`
    throw new SealbearerError('SB_DISCOVERY_FAILED', 'issuer', undefined, detail)
  }
}

const isSilence = ({ reason }: FetchFailure): boolean => reason === 'timeout' || reason === 'network'

/** A document can contain anything; only a valid issuer is quoted. */
function shownIssuer(issuer: unknown): string {
  const isName =
    typeof issuer === 'string' && issuer.length <= 200 && /^https?:\/\/[\w.:/~%[\]-]+$/.test(issuer)
  return isName ? `"${issuer}"` : 'an invalid one'
}

/** Servers without metadata at a URL respond in many ways, not always with 404. */
async function fetchMetadata(url: URL, limits: FetchLimits): Promise<JsonObject | FetchFailure> {
  try {
    const { document } = await withRetries(limits.timeout, retries, (timeout) =>
      fetchJson(url, { ...limits, timeout }),
    )
    return document
  } catch (error) {
    // fetchJson throws nothing else.
    return error as FetchFailure
  }
}

/**
 * The metadata of an issuer (RFC 8414 §2, OpenID Connect Discovery 1.0 §3). Only `issuer` and `jwks_uri` have been
 * checked; members of the wrong type are omitted, and unlisted ones are as published.
 */
export interface ServerMetadata {
  readonly issuer: string
  readonly jwks_uri: string
  readonly authorization_endpoint?: string
  readonly token_endpoint?: string
  readonly userinfo_endpoint?: string
  readonly introspection_endpoint?: string
  readonly revocation_endpoint?: string
  readonly registration_endpoint?: string
  readonly end_session_endpoint?: string
  readonly device_authorization_endpoint?: string
  readonly pushed_authorization_request_endpoint?: string
  readonly service_documentation?: string
  readonly scopes_supported?: readonly string[]
  readonly response_types_supported?: readonly string[]
  readonly grant_types_supported?: readonly string[]
  readonly code_challenge_methods_supported?: readonly string[]
  readonly token_endpoint_auth_methods_supported?: readonly string[]
  readonly introspection_endpoint_auth_methods_supported?: readonly string[]
  readonly id_token_signing_alg_values_supported?: readonly string[]
  readonly dpop_signing_alg_values_supported?: readonly string[]
  readonly backchannel_logout_supported?: boolean
  readonly backchannel_logout_session_supported?: boolean
  readonly tls_client_certificate_bound_access_tokens?: boolean
  readonly [member: string]: unknown
}

const isText = (value: unknown): boolean => typeof value === 'string'
const isTextList = (value: unknown): boolean => Array.isArray(value) && value.every(isText)

/** The type of each member (RFC 8414 §2 and its registry). */
const typed: readonly (readonly [RegExp, (value: unknown) => boolean])[] = [
  [/_(?:endpoint|documentation)$/, isText],
  [/_supported$/, (value) => isTextList(value) || typeof value === 'boolean'],
  [/^(?:scopes|response_types|grant_types|code_challenge_methods)_supported$/, isTextList],
  [/_(?:auth_methods|signing_alg_values)_supported$/, isTextList],
  [/^backchannel_logout_(?:session_)?supported$/, (value) => typeof value === 'boolean'],
  [/^tls_client_certificate_bound_access_tokens$/, (value) => typeof value === 'boolean'],
]

/** Keeps the members with the types of {@link ServerMetadata}. Frozen. */
function serverMetadata(document: JsonObject, issuer: string, jwksUri: string): ServerMetadata {
  const members = Object.entries(document).filter(([name, value]) =>
    typed.every(([pattern, isOfType]) => !pattern.test(name) || isOfType(value)),
  )
  return Object.freeze({ ...Object.fromEntries(members), issuer, jwks_uri: jwksUri })
}

import type { JsonObject } from '../compact/json.js'
import { SealbearerError } from '../errors.js'
import type { MaybePromise } from '../maybe-promise.js'
import { secondsClock } from '../time.js'
import { FetchFailure, type FetchLimits, fetchJson } from './fetch-json.js'
import { leadsFurtherInside } from './network-reach.js'
import { type RemoteKeySet, remoteKeySetOf } from './remote-key-set.js'
import {
  type CheckedRemoteOptions,
  checkRemoteOptions,
  type RemoteKeySetOptions,
} from './remote-key-set-options.js'
import { withRetries } from './schedule.js'
import { type ServerMetadata, serverMetadata } from './server-metadata.js'
import { trustedUrl, trustedUrlOption } from './trusted-url.js'

/** How {@link discoverIssuer} loads; time, size and `fetch` hold for the metadata too. */
export interface DiscoverIssuerOptions extends RemoteKeySetOptions {
  /**
   * Where the metadata is, if not below the issuer's own address: inside the cluster, say.
   *
   * @default the well-known addresses of OpenID Connect Discovery 1.0 §4 and RFC 8414 §3
   */
  readonly metadataUrl?: string | URL | undefined
}

/** An issuer whose keys are found through its metadata. */
export interface DiscoveredIssuer {
  /** The identifier given, character by character; what `iss` has to be. */
  readonly issuer: string
  /** Finds the metadata when first asked for a key, and again when it is older than `maxAge`. */
  readonly keys: RemoteKeySet
  /**
   * The metadata, loaded when first asked for and kept for `maxAge`.
   *
   * @throws {SealbearerError} `SB_DISCOVERY_FAILED`, with the reason or the member at fault as `parameter`.
   */
  metadata(): Promise<ServerMetadata>
  /**
   * Loads metadata and keys, for servers that should not start without them.
   *
   * @throws {SealbearerError} `SB_DISCOVERY_FAILED`, `SB_KEYS_UNAVAILABLE`
   */
  ready(): Promise<void>
}

/**
 * Finds the keys of an issuer through its metadata (OpenID Connect Discovery 1.0, RFC 8414). Loads nothing until a key
 * or the metadata is asked for, so that a server starts while its issuer is down.
 *
 * The document must name the very issuer that was asked for, and its `jwks_uri` may not lead further inside the network
 * than the issuer's own address: to this machine or to a private address, by whatever name. A name that resolves to
 * something else a moment later cannot be excluded, and redirects are never followed. Algorithms, audience and `typ`
 * stay with the verifier's policy. Does not check where `issuerUrl` itself leads: where tenants choose it, look it up
 * in a list of your own first.
 *
 * @param issuerUrl The identifier as it stands in `iss`, a slash at its end included or not.
 * @throws {TypeError} for an address or option that is wrong.
 * @example
 * const { issuer, keys } = discoverIssuer('https://auth.example.com')
 * const verifier = createVerifier({
 *   issuer,
 *   audience: 'https://api.example.com',
 *   typ: 'at+jwt',
 *   signature: { algorithms: ['ES256'], keys },
 * })
 * @see {@link https://www.rfc-editor.org/rfc/rfc8414#section-3 RFC 8414 §3}
 */
export function discoverIssuer(issuerUrl: string, options: DiscoverIssuerOptions = {}): DiscoveredIssuer {
  const checked = checkRemoteOptions('discoverIssuer', options, ['metadataUrl'])
  if (typeof issuerUrl !== 'string') throw new TypeError('issuerUrl: must be text; iss is compared exactly')
  const metadataUrl =
    options.metadataUrl === undefined
      ? undefined
      : trustedUrlOption('metadataUrl', options.metadataUrl, checked.requireHttps)
  // With metadata from elsewhere nothing is loaded from the issuer's own address.
  const address = trustedUrlOption('issuerUrl', issuerUrl, checked.requireHttps && metadataUrl === undefined)
  if (/[?#]/.test(issuerUrl))
    throw new TypeError('issuerUrl: an issuer has no query and no fragment (RFC 8414 §2)')
  const now = secondsClock(options.now)
  const discovery = new Discovery(issuerUrl, address, metadataUrl, checked, now)
  const source = {
    label: address.origin + address.pathname,
    storedAs: issuerUrl,
    locate: () => discovery.locate(),
  }
  const keys = remoteKeySetOf(source, checked, now)
  return Object.freeze({
    issuer: issuerUrl,
    keys,
    metadata: async () => (await discovery.found()).metadata,
    async ready() {
      await discovery.found()
      await keys.refresh()
    },
  })
}

/** Where the metadata of an issuer may be, in the order in which to ask. */
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

/** A process that starts has nothing to fall back on. */
const retries = 2

/** The metadata of one issuer, as long as it may be used. */
class Discovery {
  readonly #issuer: string
  readonly #addresses: readonly URL[]
  /** The addresses that the application chose itself. */
  readonly #chosen: readonly URL[]
  readonly #options: CheckedRemoteOptions
  readonly #now: () => number
  #latest: Found | undefined
  #current: Promise<Found> | undefined

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

  /** The address of the keys. @throws {FetchFailure} */
  async locate(): Promise<URL> {
    try {
      const { jwksUri } = await this.found()
      await this.#checkReach(jwksUri)
      return jwksUri
    } catch (error) {
      const isOurs = error instanceof SealbearerError
      throw new FetchFailure('discovery', {
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

  async #checkReach(jwksUri: URL): Promise<void> {
    if (!(await leadsFurtherInside(jwksUri, this.#chosen))) return
    throw new SealbearerError('SB_DISCOVERY_FAILED', 'jwks_uri', undefined, 'leads into a private network')
  }

  async #findDocument(): Promise<JsonObject> {
    const { fetch, maxBytes, timeout } = this.#options
    let another: unknown
    let failure: FetchFailure | undefined
    for (const url of this.#addresses) {
      const found = await fetchMetadata(url, { fetch, maxBytes, timeout, mediaType: 'json' })
      if (found instanceof FetchFailure) failure ??= found
      else if (found['issuer'] === this.#issuer) return found
      else another ??= found['issuer'] ?? null
    }
    if (another === undefined) throw new SealbearerError('SB_DISCOVERY_FAILED', failure?.summary)
    const detail = `expected "${this.#issuer}", found ${shownIssuer(another)}`
    throw new SealbearerError('SB_DISCOVERY_FAILED', 'issuer', undefined, detail)
  }
}

/** Anything may stand in a document; only what can be an issuer is repeated. */
function shownIssuer(issuer: unknown): string {
  const isName =
    typeof issuer === 'string' && issuer.length <= 200 && /^https?:\/\/[\w.:/~%[\]-]+$/.test(issuer)
  return isName ? `"${issuer}"` : 'none that can be one'
}

/** Servers without metadata at an address say so in many ways, and not all with a 404. */
async function fetchMetadata(url: URL, limits: FetchLimits): Promise<JsonObject | FetchFailure> {
  try {
    const { document } = await withRetries(limits.timeout, retries, (timeout) =>
      fetchJson(url, { ...limits, timeout }),
    )
    return document
  } catch (error) {
    // Nothing else is thrown by fetchJson.
    const failure = error as FetchFailure
    // A host that does not answer one address will not answer the next.
    if (failure.reason !== 'timeout' && failure.reason !== 'network') return failure
    throw new SealbearerError('SB_DISCOVERY_FAILED', failure.summary)
  }
}

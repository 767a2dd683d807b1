import { secondsClock } from '../time.js'
import { Discovery, type ServerMetadata } from './discovery.js'
import { trustedUrlOption } from './network-reach.js'
import { type RemoteKeySet, remoteKeySetOf } from './remote-key-set.js'
import { checkRemoteOptions, type RemoteKeySetOptions } from './remote-key-set-options.js'

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
  if (/\s/.test(issuerUrl)) throw new TypeError('issuerUrl: has white space, which no iss has; leave it out')
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

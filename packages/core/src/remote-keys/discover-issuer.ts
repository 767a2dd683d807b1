import { secondsClock } from '../time.js'
import { Discovery, type ServerMetadata } from './discovery.js'
import { trustedUrlOption } from './network-reach.js'
import { type RemoteKeySet, remoteKeySetOf } from './remote-key-set.js'
import { checkRemoteOptions, type RemoteKeySetOptions } from './remote-key-set-options.js'

/** Options of {@link discoverIssuer}; time, size and `fetch` apply to the metadata too. */
export interface DiscoverIssuerOptions extends RemoteKeySetOptions {
  /**
   * The URL of the metadata, if it is not at the issuer's own address, for example inside the cluster.
   *
   * @default the well-known URLs of OpenID Connect Discovery 1.0 §4 and RFC 8414 §3
   */
  readonly metadataUrl?: string | URL | undefined
}

/** An issuer whose keys are found through its metadata. */
export interface DiscoveredIssuer {
  /** The given identifier, unchanged: the required `iss`. */
  readonly issuer: string
  /** Loads the metadata when a key is first needed, and again when it is older than `maxAge`. */
  readonly keys: RemoteKeySet
  /**
   * The metadata, loaded on the first call and cached for `maxAge`.
   *
   * @throws {SealbearerError} `SB_DISCOVERY_FAILED`, with the reason or the member at fault as `parameter`.
   */
  metadata(): Promise<ServerMetadata>
  /**
   * Loads metadata and keys now, for servers that should not start without them.
   *
   * @throws {SealbearerError} `SB_DISCOVERY_FAILED`, `SB_KEYS_UNAVAILABLE`
   */
  ready(): Promise<void>
}

/** Whether a URL is requested as it is written, but for case, the default port and a trailing slash. */
function isAsWritten(written: string, { protocol, href }: URL): boolean {
  const usualPort = protocol === 'https:' ? ':443' : ':80'
  const [, , host = ''] = written.split('/')
  const plain = (host.endsWith(usualPort) ? written.replace(usualPort, '') : written).toLowerCase()
  return [plain, `${plain}/`].includes(href.toLowerCase())
}

/**
 * Finds the keys of an issuer through its metadata (OpenID Connect Discovery 1.0, RFC 8414). Loads nothing until a key
 * or the metadata is needed, so that a server can start while its issuer is down.
 *
 * The document must name exactly this issuer, and its `jwks_uri` must not lead further into the internal network than
 * the issuer's own address: to this machine or a private address, under any name. A name that resolves differently a
 * moment later cannot be excluded. Redirects are never followed. Algorithms, audience and `typ` come only from the
 * verifier's policy. Does not check where `issuerUrl` itself leads: if tenants choose it, look it up in your own list
 * first.
 *
 * @param issuerUrl The identifier exactly as in `iss`, with or without a trailing slash.
 * @throws {TypeError} for an invalid URL or option.
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
  // With another `metadataUrl`, nothing is loaded from the issuer's own address.
  const address = trustedUrlOption('issuerUrl', issuerUrl, checked.requireHttps && metadataUrl === undefined)
  if (/[?#]/.test(issuerUrl))
    throw new TypeError('issuerUrl: an issuer has no query and no fragment (RFC 8414 §2)')
  if (/\s/.test(issuerUrl))
    throw new TypeError('issuerUrl: contains white space, which no iss has; remove it')
  if (metadataUrl === undefined && !isAsWritten(issuerUrl, address)) {
    throw new TypeError(
      `issuerUrl: would be requested as ${address.href}; write it that way, without dot segments, backslashes, placeholders and characters outside ASCII`,
    )
  }
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

import type { JsonObject } from '../compact/json.js'
import { SealbearerError } from '../errors.js'
import { type FetchFailure, type FetchLimits, fetchJson } from './fetch-json.js'
import { createRemoteKeySet, type RemoteKeySet } from './remote-key-set.js'
import { checkRemoteOptions, type RemoteKeySetOptions } from './remote-key-set-options.js'
import { withRetries } from './schedule.js'
import { isLoopback, trustedUrl, trustedUrlOption } from './trusted-url.js'

/**
 * Says where the metadata of an issuer may stand, in the order in which to ask: appended to its identifier
 * (OpenID Connect Discovery 1.0 §4), and put between host and path (RFC 8414 §3, §5).
 */
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

/** What an issuer says of itself. */
export interface DiscoveredIssuer {
  /** The identifier asked for, character by character; what `iss` has to be. */
  readonly issuer: string
  readonly keys: RemoteKeySet
  /** The whole document, frozen. Nothing else in it has been checked. */
  readonly metadata: JsonObject
}

/**
 * Finds the keys of an issuer through its metadata (OpenID Connect Discovery 1.0, RFC 8414), and makes a
 * {@link createRemoteKeySet} of them.
 *
 * The document must name the very issuer that was asked for. Algorithms, audience and `typ` stay with the
 * verifier's policy: what the metadata says of them is not looked at. Asks once; when the address of the keys
 * changes, which providers avoid, discover again.
 *
 * @param issuerUrl The identifier as it stands in `iss`, a slash at its end included or not.
 * @param options Those of {@link createRemoteKeySet}, for the keys; time, size and `fetch` hold for the metadata too.
 * @throws {SealbearerError} `SB_DISCOVERY_FAILED`, with the member at fault as `parameter` where the metadata
 * was had.
 * @throws {TypeError} for an address or option that is wrong.
 * @example
 * const { issuer, keys } = await discoverIssuer('https://auth.example.com')
 * const verifier = createVerifier({
 *   issuer,
 *   audience: 'https://api.example.com',
 *   typ: 'at+jwt',
 *   signature: { algorithms: ['ES256'], keys },
 * })
 * @see {@link https://www.rfc-editor.org/rfc/rfc8414#section-3 RFC 8414 §3}
 */
export async function discoverIssuer(
  issuerUrl: string,
  options: RemoteKeySetOptions = {},
): Promise<DiscoveredIssuer> {
  const { fetch, timeout, maxBytes } = checkRemoteOptions('discoverIssuer', options)
  if (typeof issuerUrl !== 'string') throw new TypeError('issuerUrl: must be text; iss is compared exactly')
  const address = trustedUrlOption('issuerUrl', issuerUrl)
  if (/[?#]/.test(issuerUrl))
    throw new TypeError('issuerUrl: an issuer has no query and no fragment (RFC 8414 §2)')
  const metadata = await findMetadata(address, issuerUrl, { fetch, timeout, maxBytes })
  const jwksUri = trustedUrl(metadata['jwks_uri'])
  // Elsewhere on the network nobody may make this machine ask itself.
  if (jwksUri === undefined || (isLoopback(jwksUri) && !isLoopback(address))) {
    throw new SealbearerError('SB_DISCOVERY_FAILED', 'jwks_uri')
  }
  return Object.freeze({ issuer: issuerUrl, keys: createRemoteKeySet(jwksUri, options), metadata })
}

async function findMetadata(address: URL, issuer: string, limits: FetchLimits): Promise<JsonObject> {
  let foundAnother = false
  for (const url of metadataAddresses(address)) {
    const metadata = await fetchMetadata(url, limits)
    if (metadata === undefined) continue
    if (metadata['issuer'] === issuer) return metadata
    foundAnother = true
  }
  throw foundAnother
    ? new SealbearerError('SB_DISCOVERY_FAILED', 'issuer')
    : new SealbearerError('SB_DISCOVERY_FAILED')
}

/** A process that starts has nothing to fall back on. */
const retries = 2

/** `undefined` where there is none; servers say so in many ways, and not all with a 404. */
async function fetchMetadata(url: URL, limits: FetchLimits): Promise<JsonObject | undefined> {
  try {
    const { document } = await withRetries(limits.timeout, retries, (timeout) =>
      fetchJson(url, { ...limits, timeout }),
    )
    return document
  } catch (error) {
    // Nothing else is thrown by fetchJson.
    const { reason } = error as FetchFailure
    // A host that does not answer one address will not answer the next.
    if (reason === 'timeout' || reason === 'network') throw new SealbearerError('SB_DISCOVERY_FAILED')
    return undefined
  }
}

/**
 * Says where the metadata of an issuer may stand, in the order in which to ask: appended to its identifier
 * (OpenID Connect Discovery 1.0 §4), and put between host and path (RFC 8414 §3, §5).
 */
export function metadataAddresses(issuer: URL): readonly URL[] {
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

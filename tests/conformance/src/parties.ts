/** Whose tokens the policies trust. */
export const issuer = 'https://auth.example.com'

/** A second issuer, which only the policy `several` trusts. */
export const partner = 'https://partner.example.com'

/** Who the policies say they are. */
export const audience = 'https://api.example.com'

/** The page that may send cookies with unsafe requests. */
export const page = 'https://app.example.com'

/** The host that requests name, wherever the server listens. */
export const host = 'api.example.com'

/** The realm in challenges, where a policy names one. */
export const realm = 'orders'

/** Issuer, audience and type of the tokens, for issuers and verifiers. */
export const parties = {
  issuer: 'https://auth.example.test',
  audience: 'https://orders.example.test',
  typ: 'at+jwt',
} as const

/** Lifetime of a token, in seconds. */
export const lifetime: number = 15 * 60

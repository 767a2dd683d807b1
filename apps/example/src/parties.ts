/** Who issues the tokens, for whom, and of what type: the issuers and the verifiers agree on it. */
export const parties = {
  issuer: 'https://auth.example.test',
  audience: 'https://orders.example.test',
  typ: 'at+jwt',
} as const

/** Lifetime of a token, in seconds. */
export const lifetime: number = 15 * 60

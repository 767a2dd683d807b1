/** Who issues the tokens of the bench, and for whom. */
export const parties = {
  issuer: 'https://auth.bench.example',
  audience: 'https://orders.bench.example',
  typ: 'at+jwt',
} as const

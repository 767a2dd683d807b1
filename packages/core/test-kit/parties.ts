/** Issuer, audience and time of the test tokens. */
export const issuer = 'https://auth.example.com'
export const audience = 'https://api.example.com'
/** Seconds since the epoch. */
export const nowSeconds = 1_800_000_000

/** The clock is fixed, or is moved by the test. */
export const now = (): Date => new Date(nowSeconds * 1000)
export const at =
  (seconds: number): (() => Date) =>
  () =>
    new Date(seconds * 1000)

/** Claims that every test policy accepts. */
export const goodClaims: {
  readonly iss: string
  readonly aud: string
  readonly sub: string
  readonly iat: number
  readonly exp: number
} = {
  iss: issuer,
  aud: audience,
  sub: 'user_123',
  iat: nowSeconds,
  exp: nowSeconds + 900,
}

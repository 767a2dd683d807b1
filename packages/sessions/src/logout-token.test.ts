import { expect, test } from 'vitest'
import { logoutClaims } from './logout-token.js'

const good = {
  iss: 'https://login.example.com',
  jti: 'a',
  iat: 1_800_000_000,
  exp: 1_800_000_120,
  sub: 'user_1',
  events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
}
const read = (claims: object) => logoutClaims({ claims, protectedHeader: { typ: 'logout+jwt' } })

test('reads what a logout token names', () => {
  const { iss, jti, sub } = good
  expect(read(good)).toEqual({ iss, jti, sub, sid: undefined, seconds: 720 })
})

// OpenID Connect Back-Channel Logout 1.0 §2.4. Verifiers require `exp`, and can accept tokens without it.
test.each(['iss', 'jti', 'iat'])('requires %s', (name) => {
  const missing = expect.objectContaining({ code: 'SB_CLAIM_MISSING', parameter: name })
  expect(() => read({ ...good, [name]: undefined })).toThrow(missing)
})

test('allows tokens without exp, which are remembered for two days', () => {
  expect(read({ ...good, exp: undefined }).seconds).toBe(172_800)
})

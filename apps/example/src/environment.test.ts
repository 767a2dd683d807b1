import { describe, expect, test } from 'vitest'
import { describeCookie } from './access-cookie.js'
import { readEnvironment } from './environment.js'

describe('readEnvironment', () => {
  test.each([
    { env: {}, options: { firstPort: 4000, secureCookie: false } },
    { env: { PORT: '0', SECURE_COOKIE: '1' }, options: { firstPort: 0, secureCookie: true } },
    {
      env: { REDIS_URL: 'redis://127.0.0.1' },
      options: { firstPort: 4000, secureCookie: false, redisUrl: 'redis://127.0.0.1' },
    },
    { env: { PORT: '65530', SECURE_COOKIE: '' }, options: { firstPort: 65_530, secureCookie: false } },
  ])('$env', ({ env, options }) => {
    expect(readEnvironment(env)).toEqual(options)
  })

  test.each(['', 'http', '-1', '65531', '4e3', '4000 '])('refuses PORT=%j', (PORT) => {
    expect(() => readEnvironment({ PORT })).toThrow(new TypeError('PORT: must be a number from 0 to 65530'))
  })
})

test.each([
  { secure: true, cookie: '__Host-access=a.b.c; Max-Age=60; Path=/; SameSite=Lax; Secure; HttpOnly' },
  { secure: false, cookie: 'access=a.b.c; Max-Age=60; Path=/; SameSite=Lax; HttpOnly' },
])('the cookie, with secure: $secure', ({ secure, cookie }) => {
  expect(describeCookie(secure).set('a.b.c', 60)).toBe(cookie)
})

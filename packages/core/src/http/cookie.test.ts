import { describe, expect, test } from 'vitest'
import { type CookieOptions, clearCookie, serializeCookie } from './cookie.js'

const longestHost = Array.from({ length: 127 }, () => 'a').join('.')
const defaults = 'Path=/; SameSite=Lax; Secure; HttpOnly'

test.each<{ title: string; name?: string; options?: CookieOptions; written: string }>([
  { title: 'the defaults', written: `access=abc.def; ${defaults}` },
  { title: '__Host-', name: '__Host-access', written: `__Host-access=abc.def; ${defaults}` },
  {
    title: '__Secure- with a domain',
    name: '__Secure-a',
    options: { domain: 'example.com' },
    written: '__Secure-a=abc.def; Domain=example.com; Path=/; SameSite=Lax; Secure; HttpOnly',
  },
  ...['a.example.com', 'www.example.com', 'example.x', 'a.b.c.example', 'a', longestHost].map((domain) => ({
    title: `the domain ${domain}`,
    options: { domain },
    written: `access=abc.def; Domain=${domain}; Path=/; SameSite=Lax; Secure; HttpOnly`,
  })),
  {
    title: 'a domain without its leading dot',
    options: { domain: '.example.com' },
    written: 'access=abc.def; Domain=example.com; Path=/; SameSite=Lax; Secure; HttpOnly',
  },
  {
    title: 'maxAge as text',
    options: { maxAge: '15m' },
    written: `access=abc.def; Max-Age=900; ${defaults}`,
  },
  {
    title: 'maxAge in seconds',
    options: { maxAge: 60.9 },
    written: `access=abc.def; Max-Age=60; ${defaults}`,
  },
  { title: 'maxAge of nothing', options: { maxAge: 0 }, written: `access=abc.def; Max-Age=0; ${defaults}` },
  {
    title: 'expires',
    options: { expires: new Date(0) },
    written: `access=abc.def; Expires=Thu, 01 Jan 1970 00:00:00 GMT; ${defaults}`,
  },
  {
    title: 'the earliest date that browsers read',
    options: { expires: new Date('1601-01-01T00:00:00Z') },
    written: `access=abc.def; Expires=Mon, 01 Jan 1601 00:00:00 GMT; ${defaults}`,
  },
  {
    title: 'the last date with a year of four digits',
    options: { expires: new Date('9999-12-31T23:59:59Z') },
    written: `access=abc.def; Expires=Fri, 31 Dec 9999 23:59:59 GMT; ${defaults}`,
  },
  ...['/api', '/a b', `/${'a'.repeat(1023)}`].map((path) => ({
    title: `the path ${path.slice(0, 9)} of ${path.length} characters`,
    options: { path },
    written: `access=abc.def; Path=${path}; SameSite=Lax; Secure; HttpOnly`,
  })),
  {
    title: 'strict',
    options: { sameSite: 'Strict' },
    written: 'access=abc.def; Path=/; SameSite=Strict; Secure; HttpOnly',
  },
  {
    title: 'for other sites',
    options: { sameSite: 'None', partitioned: true },
    written: 'access=abc.def; Path=/; SameSite=None; Secure; HttpOnly; Partitioned',
  },
  {
    title: 'for plain HTTP on loopback',
    options: { secure: false },
    written: 'access=abc.def; Path=/; SameSite=Lax; HttpOnly',
  },
  {
    title: 'for scripts',
    options: { httpOnly: false },
    written: 'access=abc.def; Path=/; SameSite=Lax; Secure',
  },
])('writes a cookie: $title', ({ name = 'access', options, written }) => {
  expect(serializeCookie(name, 'abc.def', options)).toBe(written)
})

test.each<{ title: string; name?: string; token?: string; options?: unknown; says: RegExp }>([
  { title: 'no name', name: '', says: /serializeCookie: the name/ },
  { title: 'an attribute in the name', name: 'a; Domain=evil.example; b', says: /the name/ },
  { title: 'a line break in the name', name: 'a\r\nX: y', says: /the name/ },
  { title: 'an attribute in the value', token: 'a; Domain=evil.example', says: /the token/ },
  { title: 'a line break in the value', token: 'a\r\nX: y', says: /the token/ },
  { title: 'a trailing line break in the value', token: 'a\n', says: /the token/ },
  { title: 'no value', token: '', says: /the token/ },
  { title: 'an attribute in the path', options: { path: '/; Domain=evil.example' }, says: /^path: / },
  { title: 'a path without a slash', options: { path: 'api' }, says: /^path: / },
  {
    title: 'a path that has its slash later',
    options: { path: 'a/b' },
    says: /^path: must be a string that starts with '\/'/,
  },
  { title: 'a path that is no text', options: { path: ['/'] }, says: /^path: / },
  {
    title: 'a domain that is no text',
    options: { domain: 7 },
    says: /^domain: must be the name of a host$/,
  },
  { title: 'an empty path', options: { path: '' }, says: /^path: / },
  { title: 'an attribute in the domain', options: { domain: 'example.com; Path=/x' }, says: /^domain: / },
  { title: 'a path that browsers ignore', options: { path: `/${'a'.repeat(1024)}` }, says: /^path: / },
  { title: 'a path whose end browsers remove', options: { path: '/a ' }, says: /^path: / },
  { title: 'a domain that is too long', options: { domain: `a.${longestHost}` }, says: /^domain: / },
  { title: 'an empty domain', options: { domain: '' }, says: /^domain: / },
  { title: 'a domain with a port', options: { domain: 'example.com:8080' }, says: /^domain: / },
  { title: 'an unknown SameSite', options: { sameSite: 'lax' }, says: /^sameSite: / },
  { title: 'SameSite=None without Secure', options: { sameSite: 'None', secure: false }, says: /^secure: / },
  { title: 'Partitioned without Secure', options: { partitioned: true, secure: false }, says: /^secure: / },
  { title: '__Host- without Secure', name: '__Host-a', options: { secure: false }, says: /__Host-/ },
  { title: '__Host- with a path', name: '__Host-a', options: { path: '/api' }, says: /__Host-/ },
  { title: '__Host- with a domain', name: '__Host-a', options: { domain: 'example.com' }, says: /__Host-/ },
  { title: '__host- with a domain', name: '__host-a', options: { domain: 'example.com' }, says: /__Host-/ },
  { title: '__Secure- without Secure', name: '__Secure-a', options: { secure: false }, says: /__Secure-/ },
  { title: 'a negative age', options: { maxAge: -1 }, says: /^maxAge: / },
  { title: 'an age that is no duration', options: { maxAge: 'soon' }, says: /^maxAge: / },
  { title: 'an invalid date', options: { expires: new Date(Number.NaN) }, says: /^expires: / },
  {
    title: 'a date that browsers do not read',
    options: { expires: new Date('1600-12-31T23:59:59Z') },
    says: /^expires: /,
  },
  {
    title: 'a year of five digits',
    options: { expires: new Date('+010000-01-01T00:00:00Z') },
    says: /^expires: /,
  },
  { title: 'a date as text', options: { expires: 'tomorrow' }, says: /^expires: / },
  { title: 'a flag as text', options: { secure: 'false' }, says: /^secure: / },
  { title: 'a misspelt option', options: { httponly: true }, says: /has no option "httponly"/ },
])('refuses: $title', ({ name = 'access', token = 'abc.def', options, says }) => {
  // What a caller without types could write.
  const write = () => serializeCookie(name, token, options as CookieOptions)
  expect(write).toThrow(TypeError)
  expect(write).toThrow(says)
})

test('refuses a token that is no text', () => {
  // What a caller without types could write; `undefined` reads like a good value.
  const write = (token: unknown) => serializeCookie('access', token as string)
  expect(() => write(undefined)).toThrow(/the token/)
  expect(write('undefined')).toContain('access=undefined;')
})

test('does not quote the token in an error', () => {
  const write = () => serializeCookie('access', 'top-secret;')
  expect(write).toThrow(TypeError)
  expect(write).not.toThrow(/top-secret/)
})

describe('size', () => {
  const overhead = serializeCookie('access', 'x').length - 1

  test('holds 4,096 bytes', () => {
    expect(serializeCookie('access', 'x'.repeat(4096 - overhead))).toHaveLength(4096)
  })

  test('does not hold 4,097', () => {
    const write = () => serializeCookie('access', 'x'.repeat(4097 - overhead))
    expect(write).toThrow(expect.objectContaining({ code: 'SB_COOKIE_TOO_LARGE' }))
  })
})

describe('clearCookie', () => {
  test('empties the cookie and sets its age to zero', () => {
    expect(clearCookie('__Host-access')).toBe(
      '__Host-access=; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/; SameSite=Lax; Secure; HttpOnly',
    )
  })

  test('accepts the attributes that distinguish cookies', () => {
    expect(clearCookie('access', { domain: 'example.com', path: '/api' })).toContain(
      'Domain=example.com; Path=/api',
    )
  })

  test('refuses an invalid name', () => {
    expect(() => clearCookie('a b')).toThrow(/clearCookie: the name/)
  })
})

test.each([
  { name: '__Http-access', options: { httpOnly: false } },
  { name: '__Http-access', options: { secure: false } },
  { name: '__HTTP-access', options: { httpOnly: false } },
  { name: '__Host-Http-access', options: { httpOnly: false } },
  { name: '__Host-Http-access', options: { path: '/api' } },
  { name: '__host-http-access', options: { domain: 'example.com' } },
  { name: '__Host-Http-access', options: { secure: false } },
])('refuses what the prefix of $name does not allow: $options', ({ name, options }) => {
  expect(() => serializeCookie(name, 'a.b.c', options)).toThrow(/^name: "__(?:Host-)?Http-" needs /)
  expect(serializeCookie(name, 'a.b.c')).toContain(name)
})

test('lets the prefixes without Http be read by scripts, and __Http- have a path and a domain', () => {
  expect(serializeCookie('__Host-access', 'a.b.c', { httpOnly: false })).not.toContain('HttpOnly')
  expect(serializeCookie('__Http-access', 'a.b.c', { path: '/api', domain: 'example.com' })).toContain('/api')
})

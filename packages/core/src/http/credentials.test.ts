import { describe, expect, test } from 'vitest'
import { cookie } from './cookie-credentials.js'
import { bearer, credentialsReader, header, isMalformed } from './credentials.js'
import { nodeAuthRequest } from './node-request.js'
import { bearerScheme } from './scheme.js'

const { read } = credentialsReader([bearer(), cookie('one'), cookie('two')])
const request = (...rawHeaders: string[]) => nodeAuthRequest({ rawHeaders }, true)

test.each([
  { title: 'the header', headers: ['Authorization', 'Bearer abc'], source: 'header' },
  { title: 'a cookie', headers: ['Cookie', 'one=abc'], source: 'cookie' },
  { title: 'another cookie', headers: ['Cookie', 'two=abc'], source: 'cookie' },
  {
    title: 'a cookie beside Basic',
    headers: ['Authorization', 'Basic eA==', 'Cookie', 'two=abc'],
    source: 'cookie',
  },
  { title: 'a cookie beside a cleared one', headers: ['Cookie', 'one=; two=abc'], source: 'cookie' },
])('finds credentials in $title', ({ headers, source }) => {
  expect(read(request(...headers))).toMatchObject({ scheme: bearerScheme, token: 'abc', source })
})

test.each([
  {
    title: 'a header and a cookie',
    headers: ['Authorization', 'Bearer abc', 'Cookie', 'one=abc'],
    code: 'SB_CREDENTIALS_REPEATED',
  },
  { title: 'two cookies', headers: ['Cookie', 'one=abc; two=abc'], code: 'SB_CREDENTIALS_REPEATED' },
  {
    title: 'a header with two tokens, and a good cookie',
    headers: ['Authorization', 'Bearer a b', 'Cookie', 'one=abc'],
    code: 'SB_CREDENTIALS_MALFORMED',
  },
  {
    title: 'a malformed header and a good cookie',
    headers: ['Authorization', 'Bearer', 'Cookie', 'one=abc'],
    code: 'SB_CREDENTIALS_MALFORMED',
  },
  {
    title: 'a good header and a doubled cookie',
    headers: ['Authorization', 'Bearer abc', 'Cookie', 'one=a; one=b'],
    code: 'SB_CREDENTIALS_REPEATED',
  },
])('refuses $title', ({ headers, code }) => {
  expect(read(request(...headers))).toMatchObject({ code })
})

test('reads only the configured sources', () => {
  const both = request('Authorization', 'Bearer header', 'Cookie', 'one=cookie')
  expect(credentialsReader([bearer()]).read(both)).toMatchObject({ token: 'header' })
  expect(credentialsReader([cookie('one')]).read(both)).toMatchObject({ token: 'cookie' })
  expect(credentialsReader().read(both)).toMatchObject({ token: 'header' })
})

test('never reads a token in the URL', () => {
  expect(read(nodeAuthRequest({ rawHeaders: [], url: '/orders?access_token=abc' }, true))).toBeUndefined()
})

test('describe where they are read', () => {
  expect(bearer()).toEqual({ source: 'header', name: 'authorization', scheme: 'Bearer' })
  expect(header('X-Token')).toEqual({ source: 'header', name: 'x-token', scheme: undefined })
  expect(header('X-Token', { scheme: 'JWT' })).toEqual({ source: 'header', name: 'x-token', scheme: 'JWT' })
  expect(cookie('access')).toEqual({ source: 'cookie', name: 'access', scheme: undefined })
})

test('cannot be changed', () => {
  expect(Object.isFrozen(bearer())).toBe(true)
  expect(Object.isFrozen(cookie('access'))).toBe(true)
})

test.each([
  { title: 'an empty list', make: () => credentialsReader([]), says: /credentials: must be a list/ },
  {
    title: 'a list with a hole',
    make: () => credentialsReader(Array(2).fill(bearer(), 0, 1)),
    says: /credentials: every item must come from/,
  },
  {
    title: 'bearer() twice',
    make: () => credentialsReader([bearer(), bearer()]),
    says: /the header "authorization" with Bearer is listed twice/,
  },
  {
    title: 'a cookie twice',
    make: () => credentialsReader([cookie('a'), cookie('a')]),
    says: /the cookie "a" is listed twice/,
  },
  {
    title: 'an object made by hand',
    make: () => credentialsReader([{ source: 'cookie', name: 'a', scheme: undefined }]),
    says: /bearer\(\), header\(name\) or cookie\(name\)/,
  },
  { title: 'a cookie without a name', make: () => cookie(''), says: /cookie: the name/ },
  { title: 'a header that is no name', make: () => header('a b'), says: /header: the name/ },
  { title: 'the header of cookies', make: () => header('Cookie'), says: /header: the name/ },
  {
    title: 'a scheme that is no word',
    make: () => header('a', { scheme: 'b c' }),
    says: /header: scheme must/,
  },
  {
    title: 'a name for bearer()',
    make: () => Reflect.apply(bearer, undefined, ['x-token']),
    says: /use header\(name/,
  },
  {
    title: 'a header twice',
    make: () => credentialsReader([header('a'), header('A')]),
    says: /the header "a" is listed twice/,
  },
  { title: 'an invalid cookie name', make: () => cookie('a; b'), says: /cookie: the name/ },
])('refuses at construction: $title', ({ make, says }) => {
  expect(make).toThrow(TypeError)
  expect(make).toThrow(says)
})

test('accepts a cookie with the name of a header', () => {
  const reader = credentialsReader([bearer(), cookie('authorization')])
  expect(reader.read(request('Cookie', 'authorization=abc'))).toMatchObject({ source: 'cookie' })
})

describe('a header of another name', () => {
  const gateway = credentialsReader([header('Cf-Access-Jwt-Assertion')])
  const legacy = credentialsReader([bearer(), header('authorization', { scheme: 'JWT' })])

  test.each([
    { title: 'holds the token alone', reader: gateway, headers: ['cf-access-jwt-assertion', 'a.b.c'] },
    { title: 'holds a scheme in front', reader: legacy, headers: ['Authorization', 'jwt a.b.c'] },
    { title: 'is the usual one beside it', reader: legacy, headers: ['Authorization', 'Bearer a.b.c'] },
  ])('$title', ({ reader, headers }) => {
    expect(reader.read(request(...headers))).toMatchObject({ token: 'a.b.c', source: 'header' })
  })

  test.each([
    {
      title: 'twice',
      headers: ['cf-access-jwt-assertion', 'a', 'CF-Access-Jwt-Assertion', 'a'],
      code: 'SB_CREDENTIALS_REPEATED',
    },
    { title: 'empty', headers: ['cf-access-jwt-assertion', ''], code: 'SB_CREDENTIALS_MALFORMED' },
  ])('is refused $title', ({ headers, code }) => {
    expect(gateway.read(request(...headers))).toMatchObject({ code })
  })

  test('is malformed with a scheme that was not configured', () => {
    const found = gateway.read(request('cf-access-jwt-assertion', 'Bearer a'))
    expect(found).toMatchObject({ token: 'Bearer a' })
    expect(isMalformed({ source: 'header', token: 'Bearer a' })).toBe(true)
    expect(isMalformed({ source: 'header', token: 'a' })).toBe(false)
    expect(isMalformed({ source: 'cookie', token: 'Bearer a' })).toBe(false)
  })

  test('finds no credentials without the header', () => {
    expect(gateway.read(request('Authorization', 'Bearer abc'))).toBeUndefined()
    expect(legacy.read(request('Authorization', 'Basic abc'))).toBeUndefined()
  })
})

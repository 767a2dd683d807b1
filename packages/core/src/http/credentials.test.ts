import { expect, test } from 'vitest'
import { bearer, cookie, credentialsReader } from './credentials.js'
import { nodeAuthRequest } from './node-request.js'

const read = credentialsReader([bearer(), cookie('one'), cookie('two')])
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
  expect(read(request(...headers))).toEqual({ scheme: 'Bearer', token: 'abc', source })
})

test.each([
  {
    title: 'a header and a cookie',
    headers: ['Authorization', 'Bearer abc', 'Cookie', 'one=abc'],
    code: 'SB_CREDENTIALS_REPEATED',
  },
  { title: 'two cookies', headers: ['Cookie', 'one=abc; two=abc'], code: 'SB_CREDENTIALS_REPEATED' },
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
  expect(read(request(...headers))).toBe(code)
})

test('looks only where it is told to', () => {
  const both = request('Authorization', 'Bearer header', 'Cookie', 'one=cookie')
  expect(credentialsReader([bearer()])(both)).toMatchObject({ token: 'header' })
  expect(credentialsReader([cookie('one')])(both)).toMatchObject({ token: 'cookie' })
  expect(credentialsReader()(both)).toMatchObject({ token: 'header' })
})

test('never reads a token in the URL', () => {
  expect(read(nodeAuthRequest({ rawHeaders: [], url: '/orders?access_token=abc' }, true))).toBeUndefined()
})

test('say where they look', () => {
  expect(bearer()).toEqual({ source: 'header', name: 'authorization' })
  expect(cookie('access')).toEqual({ source: 'cookie', name: 'access' })
})

test('gives no way to change a source', () => {
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
    says: /the header "authorization" is listed twice/,
  },
  {
    title: 'a cookie twice',
    make: () => credentialsReader([cookie('a'), cookie('a')]),
    says: /the cookie "a" is listed twice/,
  },
  {
    title: 'an object made by hand',
    make: () => credentialsReader([{ source: 'cookie', name: 'a' }]),
    says: /bearer\(\) or cookie\(name\)/,
  },
  { title: 'a cookie without a name', make: () => cookie(''), says: /cookie: the name/ },
  { title: 'a cookie name that is none', make: () => cookie('a; b'), says: /cookie: the name/ },
])('refuses at construction: $title', ({ make, says }) => {
  expect(make).toThrow(TypeError)
  expect(make).toThrow(says)
})

test('takes a cookie named like the header', () => {
  const reader = credentialsReader([bearer(), cookie('authorization')])
  expect(reader(request('Cookie', 'authorization=abc'))).toMatchObject({ source: 'cookie' })
})

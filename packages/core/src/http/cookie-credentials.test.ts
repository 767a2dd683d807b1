import { expect, test, vi } from 'vitest'
import { isCookieName } from './cookie.js'
import { cookie, readCookie } from './cookie-credentials.js'
import { type CredentialsSource, credentialsReader } from './credentials.js'
import { nodeAuthRequest } from './node-request.js'
import { bearerScheme } from './scheme.js'

const read = (...values: string[]) =>
  readCookie(nodeAuthRequest({ rawHeaders: values.flatMap((value) => ['Cookie', value]) }, true), 'access')

test.each([
  { title: 'alone', values: ['access=abc'] },
  { title: 'twice with the same value', values: ['access=abc; access=abc', 'access=abc'] },
  { title: 'among others', values: ['a=1; access=abc; b=2'] },
  { title: 'without a space after the semicolon', values: ['a=1;access=abc'] },
  { title: 'in the second of two headers', values: ['a=1', 'access=abc'] },
  { title: 'beside the same name in another case', values: ['Access=xyz; ACCESS=xyz; access=abc'] },
  { title: 'beside names that contain its own', values: ['xaccess=1; accessx=2; access=abc'] },
  { title: 'beside a name without a value', values: ['access; access=abc'] },
  { title: 'beside its name in values', values: ['a=access=1; b=x access=2; c= access; access=abc'] },
  { title: 'beside a name that is its own twice', values: ['accessaccess=1;access access=2;access=abc'] },
])('reads a cookie $title', ({ values }) => {
  expect(read(...values)).toEqual({ scheme: bearerScheme, token: 'abc', source: 'cookie', place: 'access' })
})

test.each([
  { title: 'keeps what follows a second equals sign', value: 'access=a=b', token: 'a=b' },
  { title: 'decodes nothing', value: 'access=a%2Eb', token: 'a%2Eb' },
  { title: 'keeps its own name', value: 'access=access=x', token: 'access=x' },
  { title: 'keeps its own name behind a space', value: 'access= access=x', token: 'access=x' },
  { title: 'keeps quotes', value: 'access="abc"', token: '"abc"' },
])('$title', ({ value, token }) => {
  expect(read(value)).toMatchObject({ token })
})

test.each([
  { title: 'no header', values: [] },
  { title: 'other cookies only', values: ['a=1; b=2'] },
  { title: 'a cleared cookie', values: ['access='] },
  { title: 'its name in another case', values: ['Access=abc'] },
  { title: 'its name and a letter, without an equals sign', values: ['accessx'] },
])('finds no credentials in $title', ({ values }) => {
  expect(read(...values)).toBeUndefined()
})

/**
 * Any sibling domain can set a cookie whose name begins with white space that browsers do not treat as such, and so has
 * no prefix there; runtimes that read headers as UTF-8 hand it on as it is.
 */
test.each(['\u00a0', '\u2000', '\u2003', '\u3000', '\ufeff', '\u2028', '\v', '\f', '\r', '\n', '\0'])(
  'treats only space and tab as white space: %j',
  (space) => {
    expect(read(`a=1; ${space}access=abc`)).toBeUndefined()
    expect(read(`a=1; access${space}=abc`)).toBeUndefined()
    expect(read(`access=${space}abc`)).toMatchObject({ token: `${space}abc` })
    expect(read(`a=1;\t access\t = abc\t `)).toMatchObject({ token: 'abc' })
  },
)

test.each([
  { title: 'in one header', values: ['access=abc; access=xyz'] },
  { title: 'in two headers', values: ['access=abc', 'access=xyz'] },
  { title: 'the first cleared', values: ['access=; access=abc'] },
  { title: 'the second cleared', values: ['access=abc; access='] },
  { title: 'set off by spaces', values: ['access=abc; access =xyz'] },
])('refuses two cookies of one name: $title', ({ values }) => {
  expect(read(...values)).toMatchObject({ code: 'SB_CREDENTIALS_REPEATED' })
})

test('reads a cookie whose name is one letter', () => {
  expect(readCookie(nodeAuthRequest({ rawHeaders: ['Cookie', 'a=abc'] }, true), 'a')).toMatchObject({
    token: 'abc',
  })
})

test.each<{ name: unknown; valid: boolean }>([
  { name: '7', valid: true },
  { name: 7, valid: false },
  { name: '__Host-access', valid: true },
  { name: '', valid: false },
  { name: 'a b', valid: false },
  { name: 'a=b', valid: false },
  { name: 'a;b', valid: false },
  { name: 'é', valid: false },
  { name: 'a\n', valid: false },
])('reads a cookie of the name $name', ({ name, valid }) => {
  expect(isCookieName(name)).toBe(valid)
})

test('splits no cookie but ours', () => {
  const [split, slice] = [vi.spyOn(String.prototype, 'split'), vi.spyOn(String.prototype, 'slice')]
  const others = Array.from({ length: 10_000 }, (_, i) => `c${i}=value`).join('; ')
  const found = read(`${others}; access=abc; ${others}`)
  const calls = split.mock.calls.length + slice.mock.calls.length
  vi.restoreAllMocks()
  expect(found).toMatchObject({ token: 'abc' })
  expect(calls).toBeLessThan(5)
})

const readSource = (source: CredentialsSource, value: string) =>
  credentialsReader([source]).read(nodeAuthRequest({ rawHeaders: ['Cookie', value] }, true))

test.each([
  { title: 'whole', value: 'access=abc', token: 'abc' },
  { title: 'in chunks', value: 'access.0=a; access.1=b; access.2=c', token: 'abc' },
  { title: 'in chunks of any order', value: 'access.2=c; access.0=a; access.1=b', token: 'abc' },
  { title: 'up to a chunk that is absent', value: 'access.0=abc; access.2=d', token: 'abc' },
  { title: 'up to a chunk that was cleared', value: 'access.0=abc; access.1=', token: 'abc' },
  { title: 'whole, beside cleared chunks', value: 'access=abc; access.0=', token: 'abc' },
  { title: 'in chunks beside a cleared whole', value: 'access=; access.0=abc', token: 'abc' },
])('reads a chunked cookie $title', ({ value, token }) => {
  expect(readSource(cookie('access', { chunked: true }), value)).toMatchObject({ token, source: 'cookie' })
})

test.each([
  { title: 'not asked for', source: cookie('access'), value: 'access.0=abc' },
  { title: 'without the first', source: cookie('access', { chunked: true }), value: 'access.1=abc' },
  {
    title: 'of another name',
    source: cookie('access', { chunked: true }),
    value: 'access0=abc; xaccess.0=abc',
  },
])('reads no chunks $title', ({ source, value }) => {
  expect(readSource(source, value)).toBeUndefined()
})

test.each([
  { title: 'a chunk twice', value: 'access.0=a; access.1=b; access.1=c', place: 'access.1' },
  { title: 'chunks beside a whole', value: 'access=abc; access.0=abc', place: 'access and access.0' },
])('refuses $title', ({ value, place }) => {
  const code = 'SB_CREDENTIALS_REPEATED'
  expect(readSource(cookie('access', { chunked: true }), value)).toMatchObject({ code, place })
})

test('reads no more chunks than the largest token fills', () => {
  const many = Array.from({ length: 20 }, (_, index) => `access.${index}=x`).join('; ')
  expect(readSource(cookie('access', { chunked: true }), many)).toMatchObject({ token: 'x'.repeat(16) })
})

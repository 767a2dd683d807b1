import { expect, test } from 'vitest'
import { bearer, credentialsReader, isMalformed } from './credentials.js'
import { nodeAuthRequest } from './node-request.js'
import { bearerScheme } from './scheme.js'

const read = (...values: string[]) =>
  credentialsReader([bearer()]).read(
    nodeAuthRequest({ rawHeaders: values.flatMap((value) => ['Authorization', value]) }, true),
  )

test.each([
  { title: 'a token', value: 'Bearer abc.def.ghi', token: 'abc.def.ghi' },
  { title: 'the scheme in any case', value: 'bEARER abc', token: 'abc' },
  { title: 'several spaces', value: 'Bearer   abc', token: 'abc' },
  { title: 'every character of a b64token', value: 'Bearer aZ09-._~+/==', token: 'aZ09-._~+/==' },
])('reads $title', ({ value, token }) => {
  expect(read(value)).toEqual({ scheme: bearerScheme, token, source: 'header', place: 'authorization' })
})

test.each([
  { title: 'no header', values: [] },
  { title: 'Basic', values: ['Basic dXNlcjpwYXNz'] },
  { title: 'DPoP', values: ['DPoP abc'] },
  { title: 'a scheme that begins like Bearer', values: ['Bearerx abc'] },
  { title: 'Digest, which has commas', values: ['Digest username="a", realm="b"'] },
])('finds no credentials in $title', ({ values }) => {
  expect(read(...values)).toBeUndefined()
})

test.each([
  { title: 'an empty value', value: '' },
  { title: 'no token', value: 'Bearer' },
  { title: 'no token after the space', value: 'Bearer ' },
  { title: 'two tokens', value: 'Bearer a b' },
  { title: 'a tab', value: 'Bearer\tabc' },
  { title: 'a trailing space', value: 'Bearer abc ' },
  { title: 'a leading space', value: ' Bearer abc' },
  { title: 'two values joined', value: 'Bearer abc, Bearer abc' },
  { title: 'a comma for a space', value: 'Bearer,abc' },
  { title: 'a scheme in quotes', value: '"Basic" abc' },
  { title: 'a quoted token', value: 'Bearer "abc"' },
  { title: 'padding in the middle', value: 'Bearer a=b' },
  { title: 'a line break at the end', value: 'Bearer abc\n' },
  { title: 'a letter that only case folding makes one of ASCII', value: 'Bearer ab\u017f' },
  { title: 'another white space after the scheme', value: 'Bearer \u00a0abc' },
  { title: 'a tab after a space', value: 'Bearer \tabc' },
])('refuses $title', ({ value }) => {
  const found = read(value)
  const isReadable = found !== undefined && !('code' in found)
  if (isReadable) expect(isMalformed(found)).toBe(true)
  else expect(found).toMatchObject({ code: 'SB_CREDENTIALS_MALFORMED' })
})

test.each([
  { title: 'the same', values: ['Bearer abc', 'Bearer abc'] },
  { title: 'another scheme', values: ['Basic abc', 'Bearer abc'] },
  { title: 'an empty one', values: ['Bearer abc', ''] },
])('refuses a second header: $title', ({ values }) => {
  expect(read(...values)).toMatchObject({ code: 'SB_CREDENTIALS_REPEATED' })
})

import { describe, expect, test } from 'vitest'
import { createTokenCookie } from './token-cookie.js'

const cookie = createTokenCookie('__Host-access', {})

/** What a browser keeps of `Set-Cookie` values, and sends. */
function jarOf(...answers: (readonly string[])[]) {
  const jar = new Map<string, string>()
  for (const line of answers.flat()) {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
    expect(line.length).toBeLessThanOrEqual(4096)
    if (line.includes('Max-Age=0')) jar.delete(name)
    else jar.set(name, value)
  }
  return jar
}

const requestOf = (jar: Map<string, string>) => {
  const text = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
  return { header: () => (text === '' ? [] : [text]) }
}

const small = 'a.b.c'
const large = `${'a'.repeat(6000)}.${'b'.repeat(3000)}`
const larger = `${'c'.repeat(12_000)}.${'d'.repeat(3000)}`

test.each([
  { title: 'small', token: small, names: ['__Host-access'] },
  { title: 'as large as one cookie can be', token: 'x'.repeat(4000), names: ['__Host-access'] },
  { title: 'a little larger', token: 'x'.repeat(4096), names: ['__Host-access.0', '__Host-access.1'] },
  { title: 'large', token: large, names: [0, 1, 2].map((i) => `__Host-access.${i}`) },
  { title: 'larger', token: larger, names: [0, 1, 2, 3].map((i) => `__Host-access.${i}`) },
])('a $title token comes back', ({ token, names }) => {
  const jar = jarOf(cookie.write(token, 60))
  expect([...jar.keys()]).toEqual(names)
  expect(cookie.read(requestOf(jar))).toBe(token)
})

test('a token that is too large is refused', () => {
  expect(() => cookie.write('x'.repeat(20_000), 60)).toThrow(
    expect.objectContaining({ code: 'SB_COOKIE_TOO_LARGE' }),
  )
})

test.each([
  [large, small],
  [small, large],
  [larger, large],
  [large, larger],
])('the next token leaves nothing of the one before (%#)', (before, next) => {
  const jar = jarOf(cookie.write(before, 60), cookie.write(next, 60))
  expect(jar).toEqual(jarOf(cookie.write(next, 60)))
  expect(cookie.read(requestOf(jar))).toBe(next)
})

test('clearing leaves nothing', () => {
  for (const token of [small, large, larger]) {
    expect(jarOf(cookie.write(token, 60), cookie.clear()).size).toBe(0)
  }
})

describe('chunks that do not belong together are no token', () => {
  const [one, two] = [`${'a'.repeat(9000)}1`, `${'a'.repeat(9000)}2`]

  test.each([0, 1, 2])('when chunk %i is of another answer', (i) => {
    const jar = jarOf(cookie.write(one, 60))
    const other = jarOf(cookie.write(two, 60))
    jar.set(`__Host-access.${i}`, other.get(`__Host-access.${i}`) ?? '')
    // The one in the middle is the same in both.
    expect(cookie.read(requestOf(jar))).toBe(i === 1 ? one : undefined)
  })

  test.each([1, 2])('when chunk %i is missing', (i) => {
    const jar = jarOf(cookie.write(one, 60))
    jar.delete(`__Host-access.${i}`)
    expect(cookie.read(requestOf(jar))).toBeUndefined()
  })

  test('when there is a token beside them', () => {
    const jar = jarOf(cookie.write(one, 60))
    jar.set('__Host-access', small)
    expect(cookie.read(requestOf(jar))).toBeUndefined()
  })

  test.each(['', '1.', '9.aaaa', 'x', `0.${'a'.repeat(22)}.b`])('when the first is %j', (value) => {
    expect(cookie.read(requestOf(new Map([['__Host-access.0', value]])))).toBeUndefined()
  })
})

test('two cookies of one name are repeated', () => {
  const read = (text: string) => cookie.read({ header: () => [text] })
  expect(read('__Host-access=a; __Host-access=b')).toBe('repeated')
  expect(read('__Host-access.0=a; __Host-access.0=b')).toBe('repeated')
  expect(read('__Host-access=a; __Host-access=a')).toBe('a')
  expect(read('__Host-accesses=b; x__Host-access=c; __Host-access=a')).toBe('a')
})

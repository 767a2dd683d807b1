import { expect, test } from 'vitest'
import { isSameTarget, namesTarget } from './target-uri.js'

const origin = 'https://api.example.com'

test.each([
  ['https://api.example.com/orders', '/orders'],
  ['https://api.example.com/orders?a=1', '/orders?b=2'],
  ['https://api.example.com/orders#top', '/orders'],
  ['https://api.example.com/orders/', '/orders/'],
  ['https://api.example.com', '/'],
  ['https://api.example.com?q', '/?q'],
  ['HTTPS://API.EXAMPLE.COM:443/', '/'],
  ['https://api.example.com:/', '/'],
  ['https://api.example.com/%7Eme', '/~me'],
  ['https://api.example.com/~me', '/%7eme'],
  ['https://api.example.com/a%2fb', '/a%2Fb'],
  ['https://api.example.com/a/./b/../c', '/a/c'],
  ['https://api.example.com/a/%2E%2e/c', '/c'],
  ['https://api.example.com/c', '/a/../c'],
  ['https://api.example.com/a/..', '/'],
  ['https://api.example.com//a', '//a'],
  ['https://api.example.com/a', 'http://other.example/a?b'],
  ['https://api.example.com/%zz', '/%zz'],
])('%s names %s', (htu, target) => {
  expect(namesTarget(htu, origin, target)).toBe(true)
})

test.each([
  ['https://api.example.com/orders', '/orders/'],
  ['https://api.example.com/Orders', '/orders'],
  ['http://api.example.com/orders', '/orders'],
  ['https://api.example.com:8443/orders', '/orders'],
  ['https://api.example.com:80/orders', '/orders'],
  ['https://other.example.com/orders', '/orders'],
  ['https://api.example.com.evil.example/orders', '/orders'],
  ['https://api.example.com@evil.example/orders', '/orders'],
  ['https://user@api.example.com/orders', '/orders'],
  ['https://evil.example\\@api.example.com/orders', '/orders'],
  ['https://api.example.com\\orders', '/orders'],
  ['/orders', '/orders'],
  ['//api.example.com/orders', '/orders'],
  ['', '/'],
  [' https://api.example.com/orders', '/orders'],
  ['https://api.example.com/orders ', '/orders'],
  ['https://api.example.com/ord\ners', '/orders'],
  ['https://api.example.com/a%2Fb', '/a/b'],
  ['https://api.example.com/a/b', '/a%2Fb'],
  ['https://api.example.com/a%25', '/a%'],
  ['https://api.example.com/a', '//api.example.com/a'],
  ['https://api.example.com/', '*'],
  ['https://api.example.com/', ''],
  ['https://api.example.com/', 'api.example.com:443'],
])('%s does not name %s', (htu, target) => {
  expect(namesTarget(htu, origin, target)).toBe(false)
})

test.each([
  ['/orders', '/orders', true],
  ['/orders?a', '/orders?b', true],
  ['/%6frders', '/orders', true],
  ['/a/../orders', '/orders', true],
  ['http://other.example/orders', '/orders', true],
  ['/orders', '/Orders', false],
  ['/orders', '/orders/', false],
  ['/a%2Fb', '/a/b', false],
  ['*', '*', true],
  ['*', '/', false],
  ['', '/', false],
])('"%s" and "%s" are the same target: %s', (target, other, expected) => {
  expect(isSameTarget(target, other)).toBe(expected)
  expect(isSameTarget(other, target)).toBe(expected)
})

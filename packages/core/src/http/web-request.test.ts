import { expect, test } from 'vitest'
import { webAuthRequest } from './web-request.js'

const headers = { Authorization: 'Bearer a', Cookie: 'c=1' }

test('reads a Request', () => {
  const request = webAuthRequest(
    new Request('https://api.example.com/orders?a=b#c', { method: 'DELETE', headers }),
  )
  expect(request).toMatchObject({
    method: 'DELETE',
    target: '/orders?a=b',
    secure: true,
    remoteAddress: undefined,
  })
  expect(request.header('authorization')).toEqual(['Bearer a'])
  expect(request.header('cookie')).toEqual(['c=1'])
  expect(request.header('host')).toEqual(['api.example.com'])
  expect(request.header('x-none')).toEqual([])
})

test.each([
  { title: 'https', url: 'https://api.example.com/', facts: {}, secure: true },
  { title: 'http', url: 'http://api.example.com/', facts: {}, secure: false },
  {
    title: 'http behind a proxy that ends TLS',
    url: 'http://api.example.com/',
    facts: { secure: true },
    secure: true,
  },
  {
    title: 'https, said not to be',
    url: 'https://api.example.com/',
    facts: { secure: false },
    secure: false,
  },
])('knows whether it is secure: $title', ({ url, facts, secure }) => {
  expect(webAuthRequest(new Request(url), facts).secure).toBe(secure)
})

test('takes the peer from the facts', () => {
  const request = webAuthRequest(new Request('http://localhost/'), { remoteAddress: '127.0.0.1' })
  expect(request.remoteAddress).toBe('127.0.0.1')
})

test('keeps joined values apart from one', () => {
  const request = new Request('https://api.example.com/', { headers })
  request.headers.append('Authorization', 'Bearer b')
  expect(webAuthRequest(request).header('authorization')).toEqual(['Bearer a, Bearer b'])
})

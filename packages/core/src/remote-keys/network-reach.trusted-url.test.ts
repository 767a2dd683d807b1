import { describe, expect, test } from 'vitest'
import { trustedUrl, trustedUrlOption } from './network-reach.js'

describe('an address that keys may come from', () => {
  test.each([
    'https://auth.example.com/jwks',
    'https://auth.example.com:8443/jwks?tenant=1',
    'https://127.0.0.1/jwks',
    'http://localhost/jwks',
    'http://localhost:8080/jwks',
    'http://127.0.0.1/jwks',
    'http://127.255.10.200:8080/',
    'http://[::1]/jwks',
    'http://[::1]:8080/jwks',
    // The URL standard reads these as 127.0.0.1.
    'http://2130706433/jwks',
    'http://127.1/jwks',
  ])('%s', (text) => {
    expect(trustedUrl(text)?.href).toBe(new URL(text).href)
    expect(trustedUrl(new URL(text))?.href).toBe(new URL(text).href)
  })

  test.each([
    ['another host over HTTP', 'http://auth.example.com/jwks'],
    ['a host that ends in localhost', 'http://notlocalhost/jwks'],
    ['a host that begins with localhost', 'http://localhost.example.com/jwks'],
    ['a host that begins with a loopback', 'http://127.0.0.1.example.com/jwks'],
    ['a host that ends in a loopback', 'http://example.127.com/jwks'],
    ['another private address', 'http://192.168.0.1/jwks'],
    ['the address of any interface', 'http://0.0.0.0/jwks'],
    ['another IPv6 address', 'http://[::2]/jwks'],
    ['the address of any IPv6 interface', 'http://[::]/jwks'],
    ['a file', 'file:///jwks.json'],
    ['data', 'data:application/json,{"keys":[]}'],
    ['a WebSocket on loopback', 'ws://localhost/jwks'],
    ['an application', 'ftp://localhost/jwks'],
    ['a user and a password', 'https://user:pass@auth.example.com/'],
    ['a user alone', 'https://user@auth.example.com/'],
    ['a password alone', 'https://:pass@auth.example.com/'],
    ['a path alone', '/jwks'],
    ['nothing', ''],
    ['undefined', undefined],
    ['a number', 8080],
    ['what only turns into an address', { toString: () => 'https://auth.example.com/' }],
    ['a list of one', ['https://auth.example.com/']],
  ])('is not %s', (_, text) => {
    expect(trustedUrl(text)).toBeUndefined()
    expect(() => trustedUrlOption('jwks', text)).toThrow(TypeError)
    expect(() => trustedUrlOption('jwks', text)).toThrow(
      /^jwks: must be an https URL without credentials \(http is only for loopback; on a trusted network, set requireHttps: false\)$/,
    )
    expect(trustedUrlOption('jwks', 'https://auth.example.com/').hostname).toBe('auth.example.com')
  })
})

/** @see issue 10, B.08: the provider of a cluster is at http://keycloak:8080, and TLS is the mesh's. */
describe('with requireHttps: false', () => {
  test.each(['http://keycloak:8080/certs', 'http://192.168.0.1/jwks', 'https://auth.example.com/'])(
    '%s',
    (text) => {
      expect(trustedUrl(text, false)?.href).toBe(text)
    },
  )
  test.each(['ftp://keycloak/certs', 'http://user:pass@keycloak/certs', 'file:///jwks.json'])(
    'never %s',
    (text) => {
      expect(trustedUrl(text, false)).toBeUndefined()
    },
  )
})

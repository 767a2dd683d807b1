import { expect, test } from 'vitest'
import { isOnNode22OrLater } from './runtime.js'

test.each([
  { title: 'Node 20', node: '20.19.0', openssl: '3.0.16+quic', isNewer: false },
  { title: 'Node 21', node: '21.7.3', openssl: '3.0.13+quic', isNewer: false },
  { title: 'the first Node 22', node: '22.0.0', openssl: '3.0.13+quic', isNewer: true },
  { title: 'Node 24', node: '24.11.1', openssl: '3.5.4', isNewer: true },
  { title: 'a future OpenSSL', node: '28.0.0', openssl: '4.0.0', isNewer: true },
  { title: 'Bun, whose BoringSSL reports an old version', node: '24.3.0', openssl: '1.1.0', isNewer: false },
  {
    title: 'Electron, whose BoringSSL reports no version',
    node: '22.16.0',
    openssl: '0.0.0',
    isNewer: false,
  },
  { title: 'a library without a number', node: '24.3.0', openssl: 'unknown', isNewer: false },
])('$title is Node 22 or later: $isNewer', ({ node, openssl, isNewer }) => {
  expect(isOnNode22OrLater({ node, openssl })).toBe(isNewer)
})

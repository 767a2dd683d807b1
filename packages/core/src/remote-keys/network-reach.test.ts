import { expect, onTestFinished, test, vi } from 'vitest'
import { leadsFurtherInside } from './network-reach.js'

/** Names and what they resolve to. */
const zone: Readonly<Record<string, readonly string[]>> = {
  'auth.example.com': ['203.0.113.7'],
  'cdn.example.net': ['198.51.100.9', '2001:db8::9'],
  'loopback.example.net': ['127.0.0.1'],
  'loopback6.example.net': ['::1'],
  'mapped.example.net': ['::ffff:127.0.0.1'],
  'metadata.example.net': ['169.254.169.254'],
  'link.example.net': ['fe80::1%eth0'],
  'mixed.example.net': ['203.0.113.7', '10.0.0.8'],
  'private.example.net': ['192.168.1.1'],
  'unique.example.net': ['fd00::1'],
  'sso.corp.example': ['10.1.2.3'],
  'keys.corp.example': ['10.1.2.4'],
}
const lookup = async (name: string) => {
  const addresses = zone[name]
  if (addresses === undefined) throw new Error('ENOTFOUND')
  return addresses.map((address) => ({ address }))
}
const leads = (url: string, from: string, resolver: typeof lookup | undefined = lookup) =>
  leadsFurtherInside(new URL(url), [new URL(from)], resolver)

/** @see issue 10, A.9: local addresses under other names. */
test.each([...['loopback', 'loopback6', 'mapped', 'metadata', 'link', 'mixed', 'private', 'unique']])(
  'a name that resolves inside is refused: %s.example.net',
  async (name) => {
    expect(await leads(`https://${name}.example.net/keys`, 'https://auth.example.com')).toBe(true)
    expect(await leads('https://cdn.example.net/keys', 'https://auth.example.com')).toBe(false)
  },
)

test.each([
  ['of the same host', 'https://auth.example.com:8443/keys', 'https://auth.example.com', false],
  ['within a private network', 'https://keys.corp.example/', 'https://sso.corp.example', false],
  [
    'from a private network to this machine',
    'https://loopback.example.net/',
    'https://sso.corp.example',
    true,
  ],
  [
    "from a private network to a cloud's metadata",
    'https://169.254.169.254/',
    'https://sso.corp.example',
    true,
  ],
  ['from this machine to anywhere', 'https://10.0.0.1/', 'https://127.0.0.1', false],
  ['a name that cannot be resolved', 'https://unknown.example/', 'https://auth.example.com', false],
  ['a public address', 'https://8.8.8.8/', 'https://auth.example.com', false],
  ['a public IPv6 address', 'https://[2606:4700::1111]/', 'https://auth.example.com', false],
  ['a NAT64 address of a public one', 'https://[64:ff9b::8.8.8.8]/', 'https://auth.example.com', false],
])('%s: %s from %s leads further inside: %s', async (_, url, from, isInside) => {
  expect(await leads(url, from)).toBe(isInside)
})

test.each([
  ...[
    '10.0.0.0',
    '10.255.255.255',
    '172.16.0.0',
    '172.31.255.255',
    '192.168.0.0',
    '100.64.0.0',
    '100.127.255.255',
  ],
  ...[
    '198.18.0.1',
    '198.19.255.255',
    '192.0.0.1',
    '127.255.255.255',
    '0.0.0.0',
    '224.0.0.1',
    '255.255.255.255',
  ],
])('%s is not public, in any spelling', async (address) => {
  const spellings = [
    address,
    `[::ffff:${address}]`,
    `[::${address}]`,
    `[64:ff9b::${address}]`,
    `[::ffff:0:${address}]`,
  ]
  for (const host of spellings)
    expect(await leads(`https://${host}/`, 'https://auth.example.com'), host).toBe(true)
})

test.each([
  '9.255.255.255',
  '11.0.0.0',
  '172.15.255.255',
  '172.32.0.0',
  '192.167.0.1',
  '100.63.255.255',
  '100.128.0.0',
  '126.0.0.1',
  '128.0.0.1',
  '223.255.255.255',
])('%s, just outside, is public', async (address) => {
  expect(await leads(`https://${address}/`, 'https://auth.example.com')).toBe(false)
})

test('without a resolver, only literal addresses are checked', async () => {
  const unresolved = (url: string) =>
    leadsFurtherInside(new URL(url), [new URL('https://auth.example.com')], async () => [])
  expect(await unresolved('https://private.example.net/')).toBe(false)
  expect(await unresolved('https://localhost/')).toBe(true)
})

test.each([
  ['https://keycloak/', 'https://keys.example.com/'],
  ['https://keys.corp.internal/', 'https://keys.internal.example.com/'],
  ['https://printer.local/', 'https://local.example.com/'],
  ['https://nas.home.arpa./', 'https://home.arpa.example.com/'],
  ['https://metadata.google.internal/', 'https://metadata.google.com/'],
])('%s is the name of a private network, which a proxy may resolve; %s is not', async (url, twin) => {
  const leadsFrom = (from: string, to: string) =>
    leadsFurtherInside(new URL(to), [new URL(from)], () => Promise.reject(new Error('ENOTFOUND')))
  expect(await leadsFrom('https://auth.example.com', url)).toBe(true)
  expect(await leadsFrom('https://auth.example.com', twin)).toBe(false)
  expect(await leadsFrom('https://auth', url)).toBe(false)
})

test('a name whose address is not known in time counts as this machine', async () => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const delayed = (seconds: number) => (name: string) =>
    new Promise<readonly { address: string }[]>((resolve) => {
      const wait = name === 'slow.example.net' ? seconds * 1000 : 0
      setTimeout(() => resolve([{ address: '203.0.113.1' }]), wait)
    })
  const check = async (seconds: number, issuer: string) => {
    const url = new URL('https://slow.example.net/')
    const found = leadsFurtherInside(url, [new URL(issuer)], delayed(seconds))
    await vi.advanceTimersByTimeAsync(5_000)
    return found
  }
  expect(await check(1.9, 'https://auth.example.com')).toBe(false)
  expect(await check(2.1, 'https://auth.example.com')).toBe(true)
  expect(await check(2.1, 'https://slow.example.net/issuer')).toBe(false)
})

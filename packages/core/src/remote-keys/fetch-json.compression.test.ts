import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { brotliCompressSync, constants, deflateSync, gzipSync } from 'node:zlib'
import { afterAll, expect, test } from 'vitest'
import { generateKey } from '../keys/generate.js'
import { publicJwks } from '../keys/jwk-set.js'
import { createRemoteKeySet } from './remote-key-set.js'

const published = JSON.stringify(publicJwks(await generateKey('ES256', { kid: 'a' })))
/** The same document, with 50 MiB of white space behind it. */
const large = published + ' '.repeat(50 * 2 ** 20)

const brotli = (text: string): Uint8Array =>
  brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } })

let coding = ''
let body: Uint8Array = new Uint8Array()
const server = createServer((_, response) =>
  response.writeHead(200, { 'content-encoding': coding }).end(body),
)
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
// The address of a listening server includes a port.
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
afterAll(() => server.close())

const load = async (): Promise<string> => {
  const keys = createRemoteKeySet(url)
  return keys.refresh().then(
    () => `${keys.kids()}`,
    () => String(keys.status().lastFailure?.reason),
  )
}

test.each([
  { name: 'gzip', encode: (text: string) => gzipSync(text) },
  { name: 'deflate', encode: (text: string) => deflateSync(text) },
  { name: 'br', encode: brotli },
])('a key set may be compressed as $name, up to maxBytes of what it unpacks to', async ({ name, encode }) => {
  coding = name
  body = encode(large)
  expect(body.length).toBeLessThan(100_000)
  expect(await load()).toBe('too-large')
  body = encode(published)
  expect(await load()).toBe('a')
})

test.each([
  { name: 'gzip, gzip', encode: () => gzipSync(gzipSync(published)) },
  { name: 'gzip,br', encode: () => brotliCompressSync(gzipSync(published)) },
  { name: Array(20).fill('gzip').join(), encode: () => gzipSync(published) },
])('but not several times: $name', async ({ name, encode }) => {
  coding = name
  body = encode()
  expect(await load()).toMatch(/^(malformed|network)$/)
  coding = 'gzip'
  body = gzipSync(published)
  expect(await load()).toBe('a')
})

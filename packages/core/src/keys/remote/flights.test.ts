import { afterEach, expect, test, vi } from 'vitest'
import { tiesIoToRequests } from './flights.js'

afterEach(() => vi.unstubAllGlobals())

test.each([
  { navigator: { userAgent: 'Cloudflare-Workers' }, ties: true },
  { navigator: { userAgent: 'Node.js/24' }, ties: false },
  { navigator: undefined, ties: false },
])('$navigator ties I/O to requests: $ties', ({ navigator, ties }) => {
  vi.stubGlobal('navigator', navigator)
  expect(tiesIoToRequests()).toBe(ties)
})

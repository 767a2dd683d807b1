import type { ExampleOptions } from './example.js'

const lastFirstPort = 65_535 - 5

/**
 * Reads `PORT` (of the token service; the servers and the partner use the next five; 0: any free ones; default 4000) and
 * `SECURE_COOKIE` (1: the cookie as behind HTTPS), and `REDIS_URL` (where sessions are stored; default: in memory).
 *
 * @throws {TypeError} for an invalid `PORT`.
 */
export function readEnvironment(env: Readonly<Record<string, string | undefined>>): ExampleOptions {
  const port = env['PORT'] ?? '4000'
  if (!/^\d{1,5}$/.test(port) || Number(port) > lastFirstPort) {
    throw new TypeError(`PORT: must be a number from 0 to ${lastFirstPort}`)
  }
  const redisUrl = env['REDIS_URL'] || undefined
  return { firstPort: Number(port), secureCookie: env['SECURE_COOKIE'] === '1', redisUrl }
}

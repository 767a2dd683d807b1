import type { JSONWebKeySet, JWK } from 'jose'
import { engine } from '#crypto'
import { publicMembersOf } from '../keys/jwk.js'
import { publicJwks } from '../keys/jwk-set.js'
import { isKeySet, type Keys } from '../keys/key.js'
import { checkMembers, durationOption, withDefault } from '../options.js'
import type { Duration } from '../time.js'
import { type Endpoint, endpointAt } from './endpoint.js'

/** Options of {@link createJwksEndpoint}. */
export interface JwksEndpointOptions {
  /**
   * How long the response may be cached, in seconds or as text such as `'15m'`. Never more than the `maxAge` of a set that
   * has one, because it publishes keys only that long before it uses them.
   *
   * @default the set's own, otherwise '5m'
   */
  readonly maxAge?: Duration | undefined
  /** The path, for adapters that mount by path. @default '/.well-known/jwks.json' */
  readonly path?: string | undefined
}

const defaultMaxAge = 300
const describingMembers = ['alg', 'use', 'kid'] as const

/**
 * Serves the public half of keys as a JWK Set, commonly at `/.well-known/jwks.json`: with `Cache-Control`, an entity tag
 * for 304 responses, and only for `GET` and `HEAD`. Key changes appear in the next response. Contains public members only,
 * whatever the key set returns.
 *
 * @param keys The signing keys, or the keys that tokens are encrypted to.
 * @throws {TypeError} for keys without anything to publish, and for an invalid option.
 * @see {@link https://www.rfc-editor.org/rfc/rfc7517#section-8.5 RFC 7517 §8.5}
 */
export function createJwksEndpoint(keys: Keys, options: JwksEndpointOptions = {}): Endpoint {
  checkMembers('createJwksEndpoint', options, ['maxAge', 'path'])
  const maxAge = durationOption('maxAge', options.maxAge)
  // Reports now, and not at the first request, that there is nothing to publish.
  const { keys: published } = publicJwks(keys)
  if (!isKeySet(keys) && published.length === 0) {
    throw new TypeError('createJwksEndpoint: secrets are not published; give keys that have a public half')
  }
  const tagged = entityTagger()
  return endpointAt(withDefault(options.path, '/.well-known/jwks.json'), async (request) => {
    const { method } = request
    if (method !== 'GET' && method !== 'HEAD') {
      return { status: 405, headers: { Allow: 'GET, HEAD' }, body: undefined }
    }
    if (isKeySet(keys)) await keys.ready?.()
    const body = JSON.stringify(publicOnly(publicJwks(keys)))
    const etag = await tagged(body)
    const headers = { 'Cache-Control': cacheControl(keys, maxAge), ETag: etag }
    if (matches(request.header('if-none-match'), etag)) return { status: 304, headers, body: undefined }
    return {
      status: 200,
      headers: { ...headers, 'Content-Type': 'application/jwk-set+json' },
      body: method === 'HEAD' ? undefined : body,
    }
  })
}

/** A custom key set may return private members as public. */
function publicOnly({ keys }: JSONWebKeySet): JSONWebKeySet {
  return { keys: keys.filter(({ kty }) => kty !== 'oct').map(publicDescription) }
}

function publicDescription(jwk: JWK): JWK {
  const described: Record<string, unknown> = publicMembersOf(jwk)
  for (const name of describingMembers) if (jwk[name] !== undefined) described[name] = jwk[name]
  return described
}

function cacheControl(keys: Keys, maxAge: number | undefined): string {
  const own = isKeySet(keys) ? keys.maxAge : undefined
  const seconds = Math.min(maxAge ?? own ?? defaultMaxAge, own ?? Number.POSITIVE_INFINITY)
  return `public, max-age=${Math.floor(seconds)}`
}

/** Computes strong entity tags, and caches the last. */
function entityTagger(): (body: string) => Promise<string> {
  let last: { readonly body: string; readonly etag: string } | undefined
  return async (body) => {
    if (last?.body !== body) {
      const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(body))
      last = { body, etag: `"${engine.encodeBase64url(new Uint8Array(digest))}"` }
    }
    return last.etag
  }
}

/** RFC 9110 §13.1.2: weak comparison, in a list or `*`. */
const matches = (conditions: readonly string[], etag: string): boolean =>
  conditions
    .flatMap((condition) => condition.split(','))
    .map((condition) => condition.trim())
    .some((condition) => condition === '*' || condition.replace(/^W\//, '') === etag)

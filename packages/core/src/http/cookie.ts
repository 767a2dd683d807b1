import { SealbearerError } from '../errors.js'
import { lastNumericDate } from '../jwt/claims.js'
import { checkMembers, durationOption, oneOf, withDefault } from '../options.js'
import { type Duration, secondsOfDate } from '../time.js'
import type { AuthRequest } from './request.js'

/** RFC 6265 §4.1.1: a cookie's name is a `token` of RFC 9110 §5.6.2. */
const cookieName = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/

export const isCookieName = (name: unknown): name is string =>
  typeof name === 'string' && cookieName.test(name)

const isSpaceOrTab = (code: number): boolean => code === 0x20 || code === 0x09

/** Reads a value up to its semicolon, without surrounding spaces. */
function valueFrom(text: string, start: number): string {
  const semicolon = text.indexOf(';', start)
  let [first, behind] = [start, semicolon < 0 ? text.length : semicolon]
  while (first < behind && isSpaceOrTab(text.charCodeAt(first))) first++
  while (first < behind && isSpaceOrTab(text.charCodeAt(behind - 1))) behind--
  return text.slice(first, behind)
}

/**
 * Index of the value of a cookie whose name was found; `undefined` if the match is part of something else. Only what RFC
 * 6265 §5.2 calls WSP may surround a name: a browser treats a name after other white space as a different name, which
 * any sibling domain can set, whatever prefix follows.
 */
function valueStart(text: string, name: string, at: number): number | undefined {
  let before = at - 1
  while (isSpaceOrTab(text.charCodeAt(before))) before--
  if (before >= 0 && text[before] !== ';') return undefined
  let behind = at + name.length
  while (isSpaceOrTab(text.charCodeAt(behind))) behind++
  return text[behind] === '=' ? behind + 1 : undefined
}

const none: readonly string[] = Object.freeze([])

/**
 * Every value of one cookie in all Cookie headers; HTTP/2 may split them (RFC 9113 §8.2.3).
 *
 * A browser sends two of one name if another path or a sibling domain has set one too, and it is unknown which of them
 * is ours.
 */
export function cookieValues(request: Pick<AuthRequest, 'header'>, name: string): readonly string[] {
  let values: string[] | undefined
  for (const text of request.header('cookie')) {
    // Searches for the name, so that other cookies cost nearly nothing.
    for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + name.length)) {
      const start = valueStart(text, name, at)
      if (start === undefined) continue
      values ??= []
      values.push(valueFrom(text, start))
    }
  }
  return values ?? none
}

/** Attributes of a cookie (RFC 6265 §4.1). */
export interface CookieOptions {
  /** Lifetime of the cookie. @default that of the browser session, without `expires` */
  readonly maxAge?: Duration | undefined
  /** When the cookie ends; browsers prefer `maxAge`. @default with the browser session */
  readonly expires?: Date | undefined
  /** Sends the cookie to all subdomains of this host. @default only the host that set it */
  readonly domain?: string | undefined
  /** @default '/' */
  readonly path?: string | undefined
  /** @default 'Lax' */
  readonly sameSite?: 'Strict' | 'Lax' | 'None' | undefined
  /** @default true */
  readonly secure?: boolean | undefined
  /** Prevents scripts from reading the cookie, not the browser from sending it. @default true */
  readonly httpOnly?: boolean | undefined
  /** A separate cookie jar for each top-level site (CHIPS). @default false */
  readonly partitioned?: boolean | undefined
}

const optionNames = [
  'maxAge',
  'expires',
  'domain',
  'path',
  'sameSite',
  'secure',
  'httpOnly',
  'partitioned',
] as const satisfies readonly (keyof CookieOptions)[]

/** The characters of a cookie value without quotes (RFC 6265 §4.1.1). */
const cookieValue = /^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]+$/

/**
 * RFC 6265 §4.1.1, path-value; browsers ignore it without the leading slash (§5.2.4) or with more than 1,024 bytes, and
 * remove a space at its end (RFC 6265bis §5.6).
 */
const pathValue = /^\/(?:[\x20-\x3a\x3c-\x7e]{0,1022}[\x21-\x3a\x3c-\x7e])?$/

/** Longer names are of no host (RFC 1035 §2.3.4). */
const maxDomainLength = 253

const domainValue = /^\.?[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/i

/** RFC 6265 §6.1; browsers silently drop larger cookies. */
export const maxCookieBytes = 4096

/**
 * Returns a `Set-Cookie` header value with a token: HttpOnly, Secure, SameSite=Lax and Path=/ by default.
 *
 * Does not parse the token: `maxAge` should not exceed its lifetime.
 *
 * @throws {TypeError} for a name, value or attribute that browsers would reject or misinterpret.
 * @throws {SealbearerError} `SB_COOKIE_TOO_LARGE` above 4,096 bytes.
 * @see {@link https://www.rfc-editor.org/rfc/rfc6265#section-4.1 RFC 6265 §4.1}
 */
export function serializeCookie(name: string, token: string, options: CookieOptions = {}): string {
  if (typeof token !== 'string' || !cookieValue.test(token)) {
    throw new TypeError(
      'serializeCookie: the token must be a string without spaces, quotes, commas and semicolons',
    )
  }
  return write('serializeCookie', name, token, options)
}

/**
 * Returns a `Set-Cookie` header value that deletes a cookie.
 *
 * @param options The `domain`, `path` and `partitioned` that the cookie was set with, if any.
 * @throws {TypeError} like {@link serializeCookie}.
 */
export function clearCookie(name: string, options: Omit<CookieOptions, 'maxAge' | 'expires'> = {}): string {
  checkMembers('clearCookie', options, optionNames)
  return write('clearCookie', name, '', { ...options, maxAge: 0, expires: new Date(0) })
}

function write(caller: string, name: string, value: string, options: CookieOptions): string {
  if (!isCookieName(name)) {
    throw new TypeError(`${caller}: the name must be an RFC 6265 token such as '__Host-access'`)
  }
  checkMembers(caller, options, optionNames)
  const { secure, httpOnly, partitioned } = readFlags(options)
  const sameSite = oneOf('sameSite', withDefault(options.sameSite, 'Lax'), ['Strict', 'Lax', 'None'])
  const path = matching(
    'path',
    withDefault(options.path, '/'),
    pathValue,
    "a string that starts with '/', without ';', without a space at its end, of at most 1,024 characters",
  )
  const domain = domainOption(options.domain)
  checkPrefix(name, { secure, httpOnly, path, domain })
  if (!secure && (sameSite === 'None' || partitioned)) {
    throw new TypeError("secure: browsers refuse sameSite: 'None' and partitioned without secure: true")
  }
  const attributes: readonly (string | false | undefined)[] = [
    `${name}=${value}`,
    options.maxAge !== undefined && `Max-Age=${Math.floor(durationOption('maxAge', options.maxAge))}`,
    options.expires !== undefined && `Expires=${utcDate(options.expires)}`,
    domain !== undefined && `Domain=${domain}`,
    `Path=${path}`,
    `SameSite=${sameSite}`,
    secure && 'Secure',
    httpOnly && 'HttpOnly',
    partitioned && 'Partitioned',
  ]
  const written = attributes.filter((attribute) => attribute).join('; ')
  // All ASCII, so the length in characters is the length in bytes.
  if (written.length > maxCookieBytes) throw new SealbearerError('SB_COOKIE_TOO_LARGE')
  return written
}

function readFlags(options: CookieOptions): { secure: boolean; httpOnly: boolean; partitioned: boolean } {
  const flags = {
    secure: withDefault(options.secure, true),
    httpOnly: withDefault(options.httpOnly, true),
    partitioned: withDefault(options.partitioned, false),
  }
  for (const [name, flag] of Object.entries(flags)) {
    if (typeof flag !== 'boolean') throw new TypeError(`${name}: must be true or false`)
  }
  return flags
}

function matching(option: string, value: unknown, grammar: RegExp, wayOut: string): string {
  if (typeof value !== 'string' || !grammar.test(value)) throw new TypeError(`${option}: must be ${wayOut}`)
  return value
}

/** Returns it without a leading dot, which RFC 6265 §4.1.2.3 does not permit and browsers ignore. @throws {TypeError} */
function domainOption(domain: CookieOptions['domain']): string | undefined {
  if (domain === undefined) return undefined
  const name = matching('domain', domain, domainValue, 'the name of a host').replace(/^\./, '')
  if (name.length > maxDomainLength) throw new TypeError('domain: must be the name of a host')
  return name
}

/** Browsers ignore a date before 1601, and a year has four digits (RFC 6265bis §5.1.1, RFC 9110 §5.6.7). */
const firstDate = Date.UTC(1601) / 1000

/** @throws {TypeError} */
function utcDate(expires: unknown): string {
  const seconds = secondsOfDate(expires)
  // Written so that NaN is refused.
  if (!(seconds >= firstDate && seconds <= lastNumericDate)) {
    throw new TypeError('expires: must be a valid Date of the years 1601 to 9999')
  }
  return new Date(seconds * 1000).toUTCString()
}

interface PromisedAttributes {
  readonly secure: boolean
  readonly httpOnly: boolean
  readonly path: string
  readonly domain: string | undefined
}

/** The attributes that each name prefix requires (RFC 6265bis §4.1.3); the first match counts. */
const prefixes: readonly (readonly [
  prefix: string,
  needs: string,
  holds: (a: PromisedAttributes) => boolean,
])[] = [
  [
    '__Host-Http-',
    "secure: true, httpOnly: true, path: '/' and no domain",
    ({ secure, httpOnly, path, domain }) => secure && httpOnly && path === '/' && domain === undefined,
  ],
  [
    '__Host-',
    "secure: true, path: '/' and no domain",
    ({ secure, path, domain }) => secure && path === '/' && domain === undefined,
  ],
  ['__Http-', 'secure: true and httpOnly: true', ({ secure, httpOnly }) => secure && httpOnly],
  ['__Secure-', 'secure: true', ({ secure }) => secure],
]

/** Browsers drop a cookie without the attributes that its name prefix requires, whatever the prefix's case. */
function checkPrefix(name: string, attributes: PromisedAttributes): void {
  const found = prefixes.find(([prefix]) => name.toLowerCase().startsWith(prefix.toLowerCase()))
  if (found === undefined) return
  const [prefix, needs, holds] = found
  if (!holds(attributes)) throw new TypeError(`name: "${prefix}" needs ${needs}; choose a name without it`)
}

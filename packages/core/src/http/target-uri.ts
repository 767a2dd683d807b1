/** The parts of an http or https URI according to RFC 3986. */
const httpUri = /^(https?):\/\/(\[[0-9a-f:.]+\]|[^/?#@:[\]\\]+)(?::(\d*))?(\/[^?#]*)?(?:[?#]|$)/i

const defaultPorts: Readonly<Record<string, string>> = { http: '80', https: '443' }
const unreserved = /[A-Za-z0-9\-._~]/

/** RFC 3986 §6.2.2.1, §6.2.2.2: upper-case hexadecimal digits, and unreserved characters decoded. */
const normalEncoding = (path: string): string =>
  path.replace(/%([0-9A-Fa-f]{2})/g, (encoded, hex: string) => {
    const character = String.fromCharCode(Number.parseInt(hex, 16))
    return unreserved.test(character) ? character : encoded.toUpperCase()
  })

/** RFC 3986 §5.2.4. */
function withoutDotSegments(path: string): string {
  const kept: string[] = []
  const segments = path.split('/').slice(1)
  segments.forEach((segment, i) => {
    const isLast = i === segments.length - 1
    if (segment === '..') kept.pop()
    else if (segment !== '.') kept.push(segment)
    if (isLast && (segment === '.' || segment === '..')) kept.push('')
  })
  return `/${kept.join('/')}`
}

function normalPath(path: string): string {
  const encoded = normalEncoding(path === '' ? '/' : path)
  return encoded.includes('/.') ? withoutDotSegments(encoded) : encoded
}

/** Scheme, host and port as one string, normalized like {@link originOption}; and the path. */
function partsOf(uri: string): { readonly origin: string; readonly path: string } | undefined {
  const [, scheme = '', host = '', port = '', path = ''] = httpUri.exec(uri) ?? []
  if (host === '') return undefined
  const lowerScheme = scheme.toLowerCase()
  const isDefault = port === '' || port === defaultPorts[lowerScheme]
  return { origin: `${lowerScheme}://${host.toLowerCase()}${isDefault ? '' : `:${port}`}`, path }
}

/** The path of a target in origin form, or in absolute form (RFC 9112 §3.2.2), whose authority is ignored. */
function pathOfTarget(target: string): string | undefined {
  if (!target.startsWith('/')) return partsOf(target)?.path
  const end = target.search(/[?#]/)
  return end < 0 ? target : target.slice(0, end)
}

/**
 * Whether a URI is the target of a request to this server, ignoring query and fragment, after the normalization required
 * by RFC 9449 §4.3.
 *
 * @param origin Of this server, from its configuration.
 * @param target Of the request, as the client sent it.
 * @see {@link https://www.rfc-editor.org/rfc/rfc9449#section-4.3 RFC 9449 §4.3}
 */
export function namesTarget(uri: string, origin: string, target: string): boolean {
  const path = pathOfTarget(target)
  if (path === undefined) return false
  if (uri === origin + path) return true
  const named = partsOf(uri)
  return named !== undefined && named.origin === origin && normalPath(named.path) === normalPath(path)
}

/** Whether a proof for one target of this server is valid for another: whether their normalized paths are equal. */
export function isSameTarget(target: string, other: string): boolean {
  if (target === other) return true
  const [path, otherPath] = [pathOfTarget(target), pathOfTarget(other)]
  return path !== undefined && otherPath !== undefined && normalPath(path) === normalPath(otherPath)
}

const loopbackHosts = new Set(['localhost', '127.0.0.1', '[::1]'])

/** Whether a URL is one of `https:`, or of `http:` on loopback. */
export const isSafeUrl = ({ protocol, hostname }: URL): boolean =>
  protocol === 'https:' || (protocol === 'http:' && loopbackHosts.has(hostname))

/**
 * Reads the option `origin`: how clients reach this server.
 *
 * @throws {TypeError} for anything but `https:` with a host, or `http:` on loopback, without path or query.
 */
export function originOption(origin: unknown): string {
  const url = typeof origin === 'string' && URL.canParse(origin) ? new URL(origin) : undefined
  const isBare =
    url !== undefined &&
    !url.hostname.includes('*') &&
    (url.href === `${url.origin}/` || url.href === url.origin)
  if (url !== undefined && isSafeUrl(url) && isBare && !/[?#]/.test(String(origin))) return url.origin
  throw new TypeError(
    "origin: must be how clients reach this server, such as 'https://api.example.com', without path or query; plain http: is for loopback alone",
  )
}

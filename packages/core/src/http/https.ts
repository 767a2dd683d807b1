import { warnOnce } from '../warning.js'
import { type AuthRequest, HeaderNames } from './request.js'

/** 127.0.0.0/8 (RFC 1122 §3.2.1.3), as IPv4, as IPv4-mapped IPv6, and ::1 (RFC 4291 §2.5.3). */
const loopback = /^(?:(?:::ffff:)?127\.\d{1,3}\.\d{1,3}\.\d{1,3}|::1)$/i

/** Behind a proxy on the same machine, every request comes from loopback, but has one of these headers. */
const forwardingHeaders = new HeaderNames([
  'forwarded',
  'forwarded-for',
  'x-forwarded',
  'x-forwarded-by',
  'x-forwarded-client-cert',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-path',
  'x-forwarded-port',
  'x-forwarded-prefix',
  'x-forwarded-proto',
  'x-forwarded-protocol',
  'x-forwarded-scheme',
  'x-forwarded-server',
  'x-forwarded-ssl',
  'x-forwarded-uri',
  'x-original-for',
  'x-original-forwarded-for',
  'x-original-host',
  'x-original-proto',
  'x-real-ip',
  'x-real-port',
  'x-remote-addr',
  'x-remote-ip',
  'x-client-ip',
  'x-cluster-client-ip',
  'x-proxyuser-ip',
  'x-scheme',
  'x-url-scheme',
  'x-arr-ssl',
  'x-envoy-external-address',
  'x-envoy-original-path',
  'x-appengine-user-ip',
  'x-azure-clientip',
  'x-azure-socketip',
  'x-nf-client-connection-ip',
  'x-vercel-forwarded-for',
  'cf-connecting-ip',
  'cf-visitor',
  'client-ip',
  'cloudfront-forwarded-proto',
  'cloudfront-viewer-address',
  'do-connecting-ip',
  'fastly-client-ip',
  'fly-client-ip',
  'fly-forwarded-proto',
  'front-end-https',
  'proxy-client-ip',
  'true-client-ip',
  'wl-proxy-client-ip',
  'via',
  'cdn-loop',
])

/**
 * Whether the request never crossed a network in the clear, as far as the server can know. The framework is asked last:
 * on Node 20, Express takes some ten microseconds for its answer.
 */
export const cameSafely = (request: AuthRequest): boolean =>
  isFromThisMachine(request) || (request.secure === true && !hasDifferentSchemes(request))

/** Creates a warning that is printed once: the cause is not obvious in development. */
export const plainHttpWarning = (): (() => void) =>
  warnOnce(
    'a request over plain HTTP was refused (SB_HTTPS_REQUIRED). Behind a proxy that terminates TLS, configure the framework to trust it; in development, in Docker or in a test, set requireHttps: false in createAuthenticator. This is printed once',
    'SB_HTTPS_REQUIRED',
  )

/** Shared by all authenticators of a process. */
export const warnOfPlainHttp: () => void = plainHttpWarning()

/**
 * Each of several proxies may have added the scheme that it saw. Frameworks use the first or the last value, which may
 * come from the client, so values that differ are not trusted.
 */
function hasDifferentSchemes(request: AuthRequest): boolean {
  const values = request.header('x-forwarded-proto')
  if (values.length === 0) return false
  const [first, ...others] = values
    .flatMap((value) => value.split(','))
    .map((value) => value.trim().toLowerCase())
  return others.some((other) => other !== first)
}

const isForwarded = (request: AuthRequest): boolean =>
  request.hasAnyHeader?.(forwardingHeaders) ??
  forwardingHeaders.list.some((name) => request.header(name).length > 0)

/** Names the header that a proxy has added, for the log: it shows that there is a proxy, which is not trusted. */
export function unsafeBy(request: AuthRequest): string | undefined {
  const [proto] = request.header('x-forwarded-proto')
  // Frameworks differ in which value they use.
  if (hasDifferentSchemes(request)) return 'x-forwarded-proto: values differ'
  if (proto?.trim().toLowerCase() === 'https') return 'x-forwarded-proto: from a proxy that is not trusted'
  if (!isForwarded(request)) return undefined
  return forwardingHeaders.list.find((name) => request.header(name).length > 0)
}

function isFromThisMachine(request: AuthRequest): boolean {
  const { remoteAddress, isUnixSocket } = request
  const isLocal = remoteAddress === undefined ? isUnixSocket === true : loopback.test(remoteAddress)
  return isLocal && !isForwarded(request)
}

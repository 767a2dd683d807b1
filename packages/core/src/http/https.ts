import type { AuthRequest } from './request.js'

/** 127.0.0.0/8 (RFC 1122 §3.2.1.3), as IPv4, as IPv4-mapped IPv6, and ::1 (RFC 4291 §2.5.3). */
const loopback = /^(?:(?:::ffff:)?127\.\d{1,3}\.\d{1,3}\.\d{1,3}|::1)$/i

/** A proxy on the same machine makes every request come from loopback, but says so in one of these. */
const forwardingHeaders = [
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-proto',
  'x-forwarded-host',
  'x-forwarded-port',
  'x-forwarded-scheme',
  'x-forwarded-server',
  'x-forwarded-ssl',
  'x-real-ip',
  'x-client-ip',
  'true-client-ip',
  'cf-connecting-ip',
  'x-envoy-external-address',
  'via',
  'cdn-loop',
]

/** Whether the request never crossed a network in the clear. */
export const cameSafely = (request: AuthRequest): boolean =>
  request.secure === true || isFromThisMachine(request)

const isForwarded = (request: AuthRequest): boolean =>
  request.broughtAny?.(forwardingHeaders) ?? forwardingHeaders.some((name) => request.header(name).length > 0)

function isFromThisMachine(request: AuthRequest): boolean {
  const { remoteAddress } = request
  return remoteAddress !== undefined && loopback.test(remoteAddress) && !isForwarded(request)
}

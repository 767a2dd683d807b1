import { answers } from '../answers.js'
import type { ConformanceCase, RefusedCase } from '../conformance-case.js'
import { bare, bearerOf } from '../request-headers.js'

/** Each says that the request came through a proxy, whose own peer is an attacker. */
const forwarding: readonly (readonly [name: string, value: string])[] = [
  ['Forwarded', 'for=192.0.2.60;proto=https'],
  ['X-Forwarded-For', '127.0.0.1'],
  ['X-Forwarded-Proto', 'https'],
  ['X-Forwarded-Host', 'api.example.com'],
  ['X-Real-IP', '127.0.0.1'],
  ['Via', '1.1 proxy.example.com'],
]

const refused = {
  policy: 'signed',
  connection: 'loopback',
  answer: answers.plainHttp,
  code: 'SB_HTTPS_REQUIRED',
} as const

export const httpsCases: readonly ConformanceCase[] = [
  ...forwarding.map(
    ([name, value]): RefusedCase => ({
      ...refused,
      title: `plain HTTP: ${name} from a proxy that is not trusted`,
      headers: bearerOf(undefined, [name, value]),
      twin: { headers: bearerOf() },
    }),
  ),
  {
    ...refused,
    title: 'plain HTTP is refused before credentials are missed',
    headers: bare(['X-Forwarded-For', '192.0.2.60']),
    twin: { headers: bearerOf() },
  },
  {
    ...refused,
    title: 'plain HTTP is refused before the token is looked at',
    headers: bearerOf(() => 'a.b.c', ['X-Forwarded-For', '192.0.2.60']),
    twin: { headers: bearerOf() },
  },
  {
    ...refused,
    title: 'plain HTTP is refused where a token is optional',
    requirement: 'optional',
    headers: bare(['Via', '1.1 proxy.example.com']),
    twin: { headers: bare(), grant: 'anonymous' },
  },
  {
    ...refused,
    title: 'a forwarding header without a value',
    headers: bearerOf(undefined, ['X-Forwarded-For', '']),
    twin: { headers: bearerOf() },
  },
  {
    ...refused,
    title: 'a trusted proxy that took the request over plain HTTP',
    connection: 'proxied',
    headers: bearerOf(undefined, ['X-Forwarded-Proto', 'http'], ['X-Forwarded-For', '192.0.2.60']),
    twin: { headers: bearerOf(undefined, ['X-Forwarded-Proto', 'https'], ['X-Forwarded-For', '192.0.2.60']) },
  },
  ...(
    [
      ['the client claims TLS, and a proxy appends what it saw', 'https, http'],
      ['the first of two proxies saw plain HTTP', 'http, https'],
      ['the last of three', 'https, https, http'],
      ['an empty value behind', 'https,'],
    ] as const
  ).map(
    ([title, value]): RefusedCase => ({
      ...refused,
      title: `different schemes from proxies: ${title}`,
      connection: 'proxied',
      headers: bearerOf(undefined, ['X-Forwarded-Proto', value]),
      twin: { headers: bearerOf(undefined, ['X-Forwarded-Proto', 'https']) },
    }),
  ),
  {
    title: 'plain HTTP where the policy permits it',
    policy: 'plainHttp',
    connection: 'loopback',
    headers: bearerOf(undefined, ['X-Forwarded-For', '192.0.2.60']),
    grant: {},
  },
  {
    title: 'TLS, whatever the headers say',
    policy: 'signed',
    connection: 'tls',
    headers: bearerOf(undefined, ['X-Forwarded-Proto', 'http'], ['Via', '1.1 proxy.example.com']),
    grant: {},
  },
]

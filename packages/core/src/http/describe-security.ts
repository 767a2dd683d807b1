import { checkMembers, oneOf, withDefault } from '../options.js'
import { type Authenticator, authenticatorPolicy } from './authenticator.js'
import {
  certificateScheme,
  type NamedScheme,
  type OpenApiVersion,
  type SecurityFacts,
  type SecurityResponses,
  type SecurityScheme,
  schemeOf,
  securityResponses,
} from './openapi.js'
import { scopeNames } from './permissions.js'
import type { Requirement } from './requirement.js'

/** What a client has to send to a route, and what it is refused with, in the words of OpenAPI. */
export interface SecurityDescription<Version extends OpenApiVersion = '3.1'> {
  /** For `components.securitySchemes`. */
  securitySchemes: Record<string, SecurityScheme<Version>>
  /** For `security` of the operation: any one of these will do. With `optional: true`, the last one is empty. */
  security: Record<string, string[]>[]
  /** For `responses` of the operation. */
  responses: SecurityResponses
}

/** How a route is described. */
export interface DescribeSecurityOptions<Version extends OpenApiVersion = OpenApiVersion> {
  /** Client certificates can be described from 3.1 on; they are left out for 3.0. @default '3.1' */
  readonly openapi?: Version | undefined
}

/** A guard of a route: an authenticator, and what it requires there. */
export interface GuardedBy {
  readonly authenticator: Authenticator<unknown>
  readonly requirement: Requirement<unknown, boolean | undefined> | undefined
}

type Alternative = Readonly<Record<string, readonly string[]>>

/**
 * Describes a guarded route for OpenAPI, from what its guard enforces: the ways to send a token, the scopes, and the
 * responses 400, 401, 403 and 503 with their headers. `anyScope` becomes alternatives. Roles, step-up and actors have no place
 * in `security` and are in the descriptions of the responses; `where` is a function and is left out.
 *
 * OpenAPI 3.0 defines the scopes of `security` for OAuth schemes alone; for bearer tokens its tools read them all the same.
 *
 * @throws {TypeError} for an authenticator, requirement or option that is invalid.
 * @example
 * const { securitySchemes, security, responses } = describeSecurity(authenticator, { scope: 'orders:read' })
 * @see {@link https://spec.openapis.org/oas/v3.1.1.html#security-requirement-object OpenAPI 3.1.1, Security Requirement Object}
 */
export function describeSecurity<Claims, Version extends OpenApiVersion = '3.1'>(
  authenticator: Authenticator<Claims>,
  requirement?: Requirement<Claims, boolean | undefined>,
  options: DescribeSecurityOptions<Version> = {},
): SecurityDescription<Version> {
  // The claims matter to `where` alone, which is not called.
  const guard = { authenticator, requirement } as GuardedBy
  return describeGuards([guard], options)
}

/** The same for a route behind several guards: a request has to pass all of them. */
export function describeGuards<Version extends OpenApiVersion = '3.1'>(
  guards: readonly GuardedBy[],
  options: DescribeSecurityOptions<Version> = {},
): SecurityDescription<Version> {
  checkMembers('describeSecurity', options, ['openapi'])
  const openapi = oneOf('openapi', withDefault<OpenApiVersion>(options.openapi, '3.1'), ['3.0', '3.1'])
  const [first] = guards
  if (first === undefined)
    throw new TypeError('describeSecurity: a route without guards needs no description')
  const schemes = new Map<string, SecurityScheme>()
  let security: readonly Alternative[] = [{}]
  const authenticators = new Set(guards.map(({ authenticator }) => authenticator))
  for (const authenticator of authenticators) {
    const { security: facts, checkRequirement } = authenticatorPolicy(authenticator)
    const own = guards.filter((guard) => guard.authenticator === authenticator)
    const requirements = own.map(({ requirement }) => requirement)
    requirements.forEach(checkRequirement)
    const ways = waysOf(facts, openapi)
    for (const [name, scheme] of ways.flat()) schemes.set(name, scheme)
    security = both(security, alternatives(ways, requirements))
  }
  return {
    // Those of 3.1 are left out above for 3.0.
    securitySchemes: Object.fromEntries(schemes) as Record<string, SecurityScheme<Version>>,
    security: security.map((one) =>
      Object.fromEntries(Object.entries(one).map(([name, scopes]) => [name, [...scopes]])),
    ),
    responses: securityResponses(
      authenticatorPolicy(first.authenticator).security.refusals,
      guards.map(({ requirement }) => requirement ?? {}),
      guards.flatMap(({ requirement }) => [
        ...scopesOf('scope', requirement?.scope),
        ...scopesOf('anyScope', requirement?.anyScope),
      ]),
    ),
  }
}

/** The ways to prove who sends a request; one may take two schemes. */
function waysOf(facts: SecurityFacts, openapi: OpenApiVersion): readonly (readonly NamedScheme[])[] {
  const named = facts.sources.map((source) => [schemeOf(source)] as const)
  if (!facts.readsCertificates || openapi === '3.0') return named
  const certified = named.map((way) => [...way, certificateScheme])
  // Under a profile that requires bound tokens, a bearer token alone will not do.
  return [...named.filter(([[name]]) => !facts.needsBinding || name === 'dpop'), ...certified]
}

function alternatives(
  ways: readonly (readonly NamedScheme[])[],
  requirements: readonly GuardedBy['requirement'][],
): readonly Alternative[] {
  const all = requirements.flatMap((requirement) => scopesOf('scope', requirement?.scope))
  let scopes: readonly (readonly string[])[] = [all]
  for (const requirement of requirements) {
    const any = scopesOf('anyScope', requirement?.anyScope)
    if (any.length > 0) scopes = scopes.flatMap((some) => any.map((name) => [...some, name]))
  }
  const found = ways.flatMap((way) =>
    scopes.map((names) =>
      Object.fromEntries(way.map(([name], index) => [name, index === 0 ? [...new Set(names)] : []] as const)),
    ),
  )
  const isOptional = requirements.every((requirement) => requirement?.optional === true)
  return isOptional ? [...found, {}] : found
}

const scopesOf = (option: string, value: unknown): readonly string[] =>
  value === undefined ? [] : scopeNames(`requirement.${option}`, value)

/** What is enough for two guards of different authenticators. */
const both = (one: readonly Alternative[], other: readonly Alternative[]): readonly Alternative[] =>
  one.flatMap((first) => other.map((second) => ({ ...first, ...second })))

import type { Auth, ErrorCode } from '@sealbearer/core'
import type { Answer } from './answers.js'
import type { PolicyName } from './policies.js'
import type { RequirementName } from './requirements.js'
import type { Tokens } from './tokens.js'

/** Names and values in the order they are sent; names may repeat. */
export type HeaderList = readonly (readonly [name: string, value: string])[]

/**
 * How a request comes to the server: `loopback` in the clear from this machine, `proxied` likewise but to a
 * server that trusts its proxy, `tls`, or `any` of them where the row does not depend on it.
 */
export type Connection = 'any' | 'loopback' | 'proxied' | 'tls'

/** A request, and the authenticator and requirement it meets. */
export interface RequestShape {
  readonly policy: PolicyName
  /** @default 'none' */
  readonly requirement?: RequirementName
  /** @default 'any' */
  readonly connection?: Connection
  /** @default 'GET' */
  readonly method?: string
  /** Without the question mark. */
  readonly query?: string
  readonly body?: string
  /** `Host` is added where it is absent. */
  readonly headers: (tokens: Tokens) => HeaderList | Promise<HeaderList>
}

/** What a handler sees of an accepted request. */
export interface Grant {
  readonly form: Auth['form']
  readonly issuer: string | undefined
  readonly sub: unknown
  readonly scopes: readonly string[]
  readonly roles: readonly string[]
}

/** A request that is let through: with the good token's grant, but for what is said here, or without any. */
export interface AcceptedCase extends RequestShape {
  readonly title: string
  readonly grant: Partial<Grant> | 'anonymous'
}

/** A request that is refused, and what has to change in it to be accepted. */
export interface RefusedCase extends RequestShape {
  readonly title: string
  readonly answer: Answer
  /** For logs and error handlers; not on the wire. */
  readonly code: ErrorCode
  readonly twin: Partial<RequestShape> & { readonly grant?: AcceptedCase['grant'] }
}

export type ConformanceCase = AcceptedCase | RefusedCase

export const isRefused = (row: ConformanceCase): row is RefusedCase => 'answer' in row

/** The accepted request beside a refused one. */
export function twinOf(row: RefusedCase): AcceptedCase {
  const { title, answer: _, code: __, twin, ...request } = row
  return { ...request, grant: {}, ...twin, title: `twin of: ${title}` }
}

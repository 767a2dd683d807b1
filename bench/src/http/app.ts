import type { Server } from 'node:http'
import type { SignatureKey } from '../material/signature-key.js'

export const frameworks = ['Fastify', 'Hono', 'Koa', 'Express'] as const

export type Framework = (typeof frameworks)[number]

/** The algorithms that servers are measured with. */
export const serverAlgorithms: readonly ServerAlgorithm[] = ['HS256', 'RS256']

export type ServerAlgorithm = 'HS256' | 'RS256'

export type ServerKey = SignatureKey<ServerAlgorithm>

/** One way to guard `GET /`, which answers with the `sub` of the token. */
export interface App {
  readonly name: string
  readonly framework: Framework
  /** `empty`: with a guard that lets everybody through, which is what a framework takes for any guard. */
  readonly role: 'bare' | 'empty' | 'ours' | 'baseline' | 'peer'
  /** Algorithms other than these are not for it. */
  readonly algorithms: readonly ServerAlgorithm[]
  /** A server that does not listen yet. */
  server(key: ServerKey): Promise<Server>
}

/** Whether an app has a guard that is to refuse tokens. */
export const checksTokens = ({ role }: App): boolean => role !== 'bare' && role !== 'empty'

/** What a server answers that checks no token. */
export const nobody = { sub: 'user_00000000' } as const

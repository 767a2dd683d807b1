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
  /**
   * `empty`: with a guard that lets everybody through, which is what a framework takes for any guard. `lookup`: with one
   * that finds the header in a Map and leaves an object, which is the least of any guard that remembers.
   */
  readonly role: 'bare' | 'empty' | 'lookup' | 'ours' | 'baseline' | 'peer'
  /** Algorithms other than these are not for it. */
  readonly algorithms: readonly ServerAlgorithm[]
  /** A server that does not listen yet. */
  server(key: ServerKey): Promise<Server>
}

/** Whether an app has a guard that is to refuse tokens. */
export const checksTokens = ({ role }: App): boolean =>
  role !== 'bare' && role !== 'empty' && role !== 'lookup'

/** What a server answers that checks no token. */
export const nobody = { sub: 'user_00000000' } as const

/** The guards `lookup`, without what is the framework's: any value of the header has an entry from its second use on. */
export function createLookup(): (authorization: string | undefined) => Sender {
  const known = new Map<string, Sender>()
  return (authorization = '') => {
    const found = known.get(authorization)
    if (found !== undefined) return found
    const sender = { claims: nobody }
    known.set(authorization, sender)
    return sender
  }
}

/** What it leaves. */
export interface Sender {
  readonly claims: typeof nobody
}

/** A request on which a guard leaves it. */
export interface WithSender {
  sender?: Sender
}

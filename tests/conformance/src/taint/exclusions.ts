import type { WireRequest } from '../target.js'
import type { Outlet } from './capture.js'

/** What a framework itself tells of every request, whoever guards it. */
interface Exclusion {
  readonly frameworks: readonly string[]
  readonly outlets: readonly Outlet[]
  /** What is told. */
  readonly told: (request: WireRequest) => readonly string[]
  readonly reason: string
}

/** The only things that are not looked for, and why. */
export const exclusions: readonly Exclusion[] = [
  {
    frameworks: ['fastify', 'hono'],
    outlets: ['logger', 'console'],
    told: ({ target }) => [target],
    reason:
      'the access logs of Fastify and of hono/logger hold the URL as it came; a token in it is the sender’s doing, and is never read',
  },
  {
    frameworks: ['express'],
    outlets: ['output'],
    told: ({ target }) => [target],
    reason: 'under DEBUG=* the router of Express prints the URL of every request as it came',
  },
]

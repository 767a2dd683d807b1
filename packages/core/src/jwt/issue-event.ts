import { listenersOn } from '../channel.js'
import type { ErrorCode } from '../error-table.js'
import { isSealbearerError } from '../errors.js'
import type { TokenForm } from './verification.js'

/** A token was issued, or not. Contains no part of a token, a key or a claim. */
export interface IssueEvent {
  readonly issued: boolean
  /** Why not; absent for a mistake in the call, which is a `TypeError`. */
  readonly code?: ErrorCode
  /** Name of the claim or option at fault, if any; never its value. */
  readonly parameter?: string
  readonly form: TokenForm
  /** The issuer, as configured; absent for tokens without `iss`. */
  readonly issuer?: string
  /** Milliseconds. */
  readonly duration: number
}

/** Returns a function like `issue` that tells the channel `sealbearer:issue` of each call. */
export function toldIssues<Args extends readonly unknown[], Issued>(
  issue: (...args: Args) => Promise<Issued>,
  facts: Pick<IssueEvent, 'form' | 'issuer'>,
): (...args: Args) => Promise<Issued> {
  const listeners = listenersOn<IssueEvent>('sealbearer:issue')
  const told = async (...args: Args): Promise<Issued> => {
    const start = performance.now()
    try {
      const issued = await issue(...args)
      listeners.tell({ issued: true, ...facts, duration: performance.now() - start })
      return issued
    } catch (error) {
      const { code, parameter } = isSealbearerError(error) ? error : {}
      listeners.tell({
        issued: false,
        ...(code !== undefined && { code }),
        ...(parameter !== undefined && { parameter }),
        ...facts,
        duration: performance.now() - start,
      })
      throw error
    }
  }
  return (...args) => (listeners.channel?.hasSubscribers === true ? told(...args) : issue(...args))
}

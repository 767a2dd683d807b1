import type { Channel } from 'node:diagnostics_channel'
import type { ErrorCode } from '../error-table.js'
import type { TokenForm } from '../jwt/verdict.js'
import { type Listener, listenerOption } from '../options.js'

/** The decision about one request or token. Contains no part of a token, a key or a claim. */
export interface DecisionEvent {
  readonly accepted: boolean
  /** Why it was rejected. */
  readonly code?: ErrorCode
  /** Name of the claim, header or option at fault, if any; never its value. */
  readonly parameter?: string
  /** The authentication scheme of the credentials; absent for a request without any. */
  readonly scheme?: string
  /** Where they were found; `token` for the argument of `authenticateToken`, `auth` for `check`. */
  readonly source?: 'header' | 'cookie' | 'token' | 'auth'
  readonly form?: TokenForm | 'opaque'
  /** As configured, never as in the token; absent if a function decides about issuers. */
  readonly issuer?: string
  /** Whether the token was verified before, and cached. */
  readonly remembered?: boolean
  /** Milliseconds. */
  readonly duration: number
}

/** The name of the diagnostics channel that receives a {@link DecisionEvent} for each decision. */
export const decisionChannel = 'sealbearer:decision'

/** The listeners of decisions. */
export interface DecisionListeners {
  /** Whether there are listeners: without any, no event is created. */
  isListening(): boolean
  tell(event: DecisionEvent): void
}

/** Node, Bun and Deno have diagnostics channels. Looked up at run time, because other runtimes cannot import them. */
function channelNamed(name: string): Channel | undefined {
  const find: unknown = globalThis.process?.getBuiltinModule
  if (typeof find !== 'function') return undefined
  return globalThis.process.getBuiltinModule('node:diagnostics_channel')?.channel(name)
}

/** Reads the option `onDecision`. @throws {TypeError} for anything but a function. */
export function decisionListeners(onDecision: Listener<DecisionEvent> | undefined): DecisionListeners {
  const listener = onDecision && listenerOption('onDecision', onDecision, 'an event')
  const channel = channelNamed(decisionChannel)
  return {
    isListening: () => listener !== undefined || channel?.hasSubscribers === true,
    tell(event) {
      const frozen = Object.freeze(event)
      listener?.(frozen)
      if (channel?.hasSubscribers === true) channel.publish(frozen)
    },
  }
}

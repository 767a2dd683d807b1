import { isJsonObject } from '@sealbearer/core/internal'
import type { Confirmation } from './confirmation.js'
import { sessionError } from './session-error.js'

/** Claims that an application puts into the access tokens of a session. */
export type SessionClaims = Readonly<Record<string, unknown>>

/** A session at an OpenID provider: if it ends, the linked session ends too. */
export interface ProviderSession {
  readonly issuer: string
  readonly sid: string
}

/** Stored once, when a session starts, and read at each renewal. */
export interface SessionContent {
  readonly claims?: SessionClaims
  readonly authTime?: number
  readonly acr?: string
  readonly amr?: readonly string[]
  readonly confirmation?: Confirmation
  readonly data?: unknown
}

/** @throws {TypeError} for values that JSON cannot represent. */
export function writeContent(content: SessionContent): string {
  try {
    return JSON.stringify(content)
  } catch {
    // The runtime's own message may contain values.
    throw new TypeError('start: claims and data must be JSON')
  }
}

/** @throws {SealbearerError} `SB_STORE_UNAVAILABLE` for what the store has damaged. */
export function readContent(text: string): SessionContent {
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch {
    // The runtime's own message quotes the text.
  }
  if (!isJsonObject(content)) throw sessionError('SB_STORE_UNAVAILABLE', 'content')
  // Only this package writes content.
  return content as SessionContent
}

import type { Confirmation } from './confirmation.js'

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

/** Only this package writes content, and the store does not change it. */
export const readContent = (text: string): SessionContent => JSON.parse(text) as SessionContent

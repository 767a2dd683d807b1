import type { Confirmation } from './confirmation.js'

/** Claims that an application puts into the access tokens of a session. */
export type SessionClaims = Readonly<Record<string, unknown>>

/** The session of an OpenID provider that a session ends with. */
export interface ProviderSession {
  readonly issuer: string
  readonly sid: string
}

/** What is written once, when a session starts, and comes back at each renewal. */
export interface SessionContent {
  readonly claims?: SessionClaims
  readonly authTime?: number
  readonly acr?: string
  readonly amr?: readonly string[]
  readonly confirmation?: Confirmation
  readonly data?: unknown
}

/** @throws {TypeError} for what JSON cannot write. */
export function writeContent(content: SessionContent): string {
  try {
    return JSON.stringify(content)
  } catch {
    // The runtime's own text can quote what is in it.
    throw new TypeError('start: claims and data must be JSON')
  }
}

/** Only this package writes content, and the store does not change it. */
export const readContent = (text: string): SessionContent => JSON.parse(text) as SessionContent

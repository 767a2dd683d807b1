import { randomUUID } from 'node:crypto'
import { parties } from './parties.js'

/** What a caller says when it asks for a token. */
export interface Subject {
  readonly sub: string
  readonly client_id: string
  readonly scope: string
  readonly roles: readonly string[]
  readonly [claim: string]: unknown
}

/** The claims of a token, with what an issuer adds. */
export interface Claims extends Subject {
  readonly iss: string
  readonly aud: string
  readonly iat: number
  readonly exp: number
  readonly jti: string
}

/** Seconds that tokens of the bench live, longer than it runs. */
export const lifetime: number = 24 * 60 * 60

/** Someone with the usual rights; the claims of their token have some 400 characters. */
export const subjectOf = (index: number): Subject => ({
  sub: `user_${String(index).padStart(8, '0')}`,
  client_id: 'web-shop',
  scope: 'openid profile orders:read orders:write invoices:read',
  roles: ['customer', 'support', 'reviewer'],
})

export const secondsNow = (): number => Math.floor(Date.now() / 1000)

export const claimsOf = (subject: Subject, changes: Partial<Claims> = {}): Claims => {
  const iat = secondsNow()
  return {
    iss: parties.issuer,
    aud: parties.audience,
    iat,
    exp: iat + lifetime,
    jti: randomUUID(),
    ...subject,
    ...changes,
  }
}

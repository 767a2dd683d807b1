import { createHash, randomBytes } from 'node:crypto'
import type { Mac, MaybePromise } from '@sealbearer/core/internal'
import type { SessionKey } from '@sealbearer/core/stores'

/** The content of a refresh token whose MAC has been verified. */
export interface RefreshToken extends SessionKey {
  readonly generation: number
  readonly secretHash: string
}

/** A session's identifiers, and the secret in each of its refresh tokens. */
export interface Family extends SessionKey {
  readonly secret: string
}

/** Why a text is not a refresh token of this server. */
export type TokenFault = 'malformed' | 'unauthentic'

/** Creates and reads refresh tokens. */
export interface RefreshTokens {
  createFamily(sub: string): Promise<Family>
  write(family: Family, generation: number): MaybePromise<string>
  /** Parses and authenticates a refresh token, without the store. */
  read(text: unknown): Promise<(RefreshToken & Family) | TokenFault>
  /** The groups in which sessions of a subject can be, one for each secret of the server. */
  subjectsOf(sub: string): Promise<readonly string[]>
  /** The name of a provider's session in the store. */
  linkOf(issuer: string, sid: string): MaybePromise<string>
  /** The same under each secret. */
  linksOf(issuer: string, sid: string): Promise<readonly string[]>
}

/** Characters of 132 bits in base64url. */
const nameLength = 22
const sidForm = /^[\w-]{44}$/
const form = /^sbr_([\w-]{44})\.([\w-]{43})\.([1-9]\d{0,8})\.([\w-]{43})$/

/** Returns the group of a session, by its `sid`; `undefined` for any other text. */
export function sessionKey(sid: unknown): SessionKey | undefined {
  if (typeof sid !== 'string' || !sidForm.test(sid)) return undefined
  return { subject: sid.slice(0, nameLength), sid }
}

/**
 * `sbr_SID.SECRET.GENERATION.MAC`. The MAC is under the server's secret, and the store has only a hash of the session's
 * secret: neither is sufficient to create a token. The first half of the SID is a keyed hash of `sub`, so that a store
 * finds all sessions of a subject in one place, and the `sid` does not reveal the subject.
 *
 * @param issuer Tokens of another issuer with the same secret are rejected.
 */
export function createRefreshTokens(mac: Mac, issuer: string): RefreshTokens {
  const purpose = (name: string, ...texts: readonly string[]): string =>
    JSON.stringify(['sealbearer', name, issuer, ...texts])
  const nameOf = (hash: string): string => hash.slice(0, nameLength)

  return {
    async createFamily(sub) {
      const subject = nameOf(await mac.make(purpose('subject', sub)))
      const sid = subject + randomBytes(17).toString('base64url').slice(0, nameLength)
      return { subject, sid, secret: randomBytes(32).toString('base64url') }
    },
    async write({ sid, secret }, generation) {
      const content = `${sid}.${secret}.${generation}`
      return `sbr_${content}.${await mac.make(purpose('refresh', content))}`
    },
    async read(text) {
      const [, sid, secret = '', generation, code = ''] =
        typeof text === 'string' ? (form.exec(text) ?? []) : []
      const key = sessionKey(sid)
      if (!key) return 'malformed'
      const isGenuine = await mac.verify(purpose('refresh', `${sid}.${secret}.${generation}`), code)
      if (!isGenuine) return 'unauthentic'
      return { ...key, secret, generation: Number(generation), secretHash: hashOf(secret) }
    },
    subjectsOf: async (sub) => (await mac.makeAll(purpose('subject', sub))).map(nameOf),
    linkOf: (provider, sid) => mac.make(purpose('link', provider, sid)),
    linksOf: (provider, sid) => mac.makeAll(purpose('link', provider, sid)),
  }
}

/** The hash of a session's secret, as in the store. */
export const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('base64url')

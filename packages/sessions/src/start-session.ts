import { checkMembers, isJsonObject, secondsOfDate } from '@sealbearer/core/internal'
import {
  type Created,
  type NewSession,
  recordVersion,
  type SessionRecord,
  type SessionStore,
} from '@sealbearer/core/stores'
import { checkSessionClaims } from './access-token.js'
import { askClaims } from './ask-claims.js'
import { type Confirmation, confirmationText } from './confirmation.js'
import { type ProviderSession, type SessionClaims, type SessionContent, writeContent } from './content.js'
import { announceEnd } from './end-session.js'
import { type Grant, grantOf } from './grant.js'
import { type Family, hashOf } from './refresh-token.js'
import { sessionError } from './session-error.js'
import type { SessionsPolicy } from './session-options.js'

/** Options of `sessions.start`. */
export interface StartOptions {
  /** The subject: the user's identifier. */
  readonly sub: string
  /**
   * Claims of the access tokens, now and after each renewal. Those of `createSessions({ claims })` override them.
   *
   * @default none
   */
  readonly claims?: SessionClaims
  /** When the user authenticated (`auth_time`). Numbers are seconds since the epoch. @default none */
  readonly authTime?: Date | number
  /** The authentication context class (`acr`, RFC 9470 §3). @default none */
  readonly acr?: string
  /** The authentication methods (`amr`, RFC 8176). @default none */
  readonly amr?: readonly string[]
  /**
   * Binds the session to a DPoP key or a client certificate. Its refresh token need not rotate then.
   *
   * @default bearer tokens
   */
  readonly confirmation?: Confirmation
  /** JSON data for `list`, such as the name of the device. Not in any token. @default none */
  readonly data?: unknown
  /** The OpenID provider's session: if it ends (OIDC back-channel logout), this session ends too. @default none */
  readonly providerSession?: ProviderSession
}

const optionNames = [
  'sub',
  'claims',
  'authTime',
  'acr',
  'amr',
  'confirmation',
  'data',
  'providerSession',
] as const satisfies readonly (keyof StartOptions)[]

/** Milliseconds for which links outlive sessions: a clock that is ahead, and is set back, must not end them first. */
const linkMargin = 86_400_000

/** Number of links over the limit, whose sessions are ended before their links make room. */
const spareLinks = 32

export async function startSession(policy: SessionsPolicy, options: StartOptions): Promise<Grant> {
  checkMembers('start', options, optionNames)
  checkContent(options)
  const { tokens, store, lifetime, idle, emit } = policy
  const family = await tokens.createFamily(options.sub)
  const { sid } = family
  const session = newSessionOf(policy, options, family)
  const preview = previewOf(session, policy.now())
  const asked = await askClaims(policy.claims, preview)
  if (asked === null) throw sessionError('SB_REFRESH_REFUSED')
  // Before anything is written: if the keys are unavailable, nothing has to be undone.
  const grant = await grantOf(policy, {
    record: preview,
    generation: 1,
    claims: asked,
    remaining: Math.min(lifetime, idle),
  })
  const refreshToken = await tokens.write(family, 1)

  const { providerSession } = options
  const link = providerSession && (await tokens.linkOf(providerSession.issuer, providerSession.sid))
  if (link !== undefined) await addLink(policy, session, link)
  const created = await create(store, session)
  // A failure must not undo the login: the new session exists, and a revocation that failed is tried again.
  await Promise.allSettled(created.ended.map((record) => announceEnd(policy, record.sid, 'limit')))
  emit({ type: 'started', sid })
  if (link !== undefined) await checkLink(policy, created.record, link)
  const { startedAt, expiresAt } = created.record
  const times = {
    startedAt: new Date(startedAt),
    renewedAt: new Date(startedAt),
    expiresAt: new Date(expiresAt),
  }
  return { ...grant, refreshToken, session: { ...grant.session, ...times } }
}

/** Creates a session. After a failure it is removed: nobody has its tokens, and it would count towards the limit. */
async function create(store: SessionStore, session: NewSession): Promise<Created> {
  const { subject, sid, secretHash, now } = session
  try {
    const created = await store.create(session)
    if (created === undefined) throw sessionError('SB_STORE_UNAVAILABLE')
    return created
  } catch (error) {
    // The answer may have been lost. Nobody waits: the store may be too slow.
    store.end({ subject, sid, secretHash, now }).catch(() => undefined)
    throw error
  }
}

async function addLink(
  { store, limit }: SessionsPolicy,
  { subject, sid, lifetime, now }: NewSession,
  link: string,
): Promise<void> {
  await store.link({ link, subject, sid, lifetime: lifetime + linkMargin, limit: limit + spareLinks, now })
}

/**
 * Ends the new session if the provider has ended its own meanwhile: its logout could not find the new one yet. Ends the oldest ones
 * over the limit: a user who logs in again and again could otherwise have one that outlives the provider's logout.
 */
async function checkLink(
  policy: SessionsPolicy,
  { subject, sid }: SessionRecord,
  link: string,
): Promise<void> {
  const { store, limit } = policy
  const now = policy.storeNow()
  const linked = await store.readLinked?.({ link, now })
  if (linked === undefined) return
  if (!linked.some((key) => key.sid === sid)) {
    await store.end({ subject, sid, now })
    await announceEnd(policy, sid, 'provider')
    throw sessionError('SB_REFRESH_REFUSED')
  }
  const surplus = linked.slice(0, Math.max(0, linked.length - limit))
  // What fails is still linked, and the next login tries again.
  await Promise.allSettled(
    surplus.map(async (key) => {
      const ended = await store.end({ ...key, now })
      if (ended !== undefined) await announceEnd(policy, key.sid, 'limit')
    }),
  )
}

const isText = (value: unknown): boolean => typeof value === 'string' && value !== ''

/** Checks what is written to tokens and the store; `null`, as from a database, is rejected. @throws {TypeError} */
function checkContent({ sub, claims, acr, amr, providerSession }: StartOptions): void {
  if (!isText(sub)) throw new TypeError('start: sub is required, a non-empty string')
  if (claims !== undefined && !isJsonObject(claims)) throw new TypeError('start: claims must be an object')
  checkSessionClaims(claims)
  if (acr !== undefined && !isText(acr)) throw new TypeError('start: acr must be a non-empty string')
  if (amr !== undefined && !(Array.isArray(amr) && Array.from(amr).every(isText)))
    throw new TypeError('start: amr must be a list of non-empty strings')
  if (providerSession === undefined) return
  if (!isText(providerSession?.issuer) || !isText(providerSession.sid))
    throw new TypeError('start: providerSession must have issuer and sid, both non-empty strings')
}

function contentOf({ claims, authTime, acr, amr, confirmation, data }: StartOptions): SessionContent {
  const seconds = authTime === undefined ? undefined : Math.floor(secondsOf(authTime))
  if (seconds !== undefined && !Number.isSafeInteger(seconds)) {
    throw new TypeError('start: authTime must be a valid Date, or seconds since the epoch')
  }
  return {
    ...(claims !== undefined && { claims }),
    ...(seconds !== undefined && { authTime: seconds }),
    ...(acr !== undefined && { acr }),
    ...(amr !== undefined && { amr }),
    ...(confirmation !== undefined && { confirmation }),
    ...(data !== undefined && { data }),
  }
}

const secondsOf = (time: unknown): number => (typeof time === 'number' ? time : secondsOfDate(time))

/** The session for the store. */
function newSessionOf(
  { lifetime, idle, limit, storeNow }: SessionsPolicy,
  options: StartOptions,
  { subject, sid, secret }: Family,
): NewSession {
  return {
    version: recordVersion,
    subject,
    sid,
    sub: options.sub,
    secretHash: hashOf(secret),
    confirmation: confirmationText(options.confirmation),
    content: writeContent(contentOf(options)),
    lifetime,
    idle,
    limit,
    now: storeNow(),
  }
}

/** The record that the store will write. */
function previewOf(session: NewSession, now: number): SessionRecord {
  const { lifetime, idle, limit: _, now: __, ...fields } = session
  return {
    ...fields,
    current: 1,
    previous: 0,
    seen: false,
    rotatedAt: now,
    startedAt: now,
    renewedAt: now,
    expiresAt: now + lifetime,
    validUntil: now + Math.min(lifetime, idle),
  }
}

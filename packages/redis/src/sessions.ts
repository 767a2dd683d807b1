import { randomBytes } from 'node:crypto'
import { SealbearerError } from '@sealbearer/core'
import type { RotationResult, SessionKey, SessionStore, UseResult } from '@sealbearer/core/stores'
import type { Engine } from './engine.js'
import { linkScript, readLinkedScript, takeLinkedScript } from './link-scripts.js'
import {
  createScript,
  endAllScript,
  endScript,
  listScript,
  markSeenScript,
  readScript,
  rotateScript,
} from './session-scripts.js'
import { confirmationText, newSessionText, sessionOfText } from './session-text.js'

/**
 * Sessions in Redis: those of a subject are one hash, so that each operation touches one slot.
 *
 * @param clock Milliseconds since the epoch; `undefined` for the clock of Redis.
 */
export function createRedisSessions(
  engine: Engine,
  prefix: string,
  clock: () => number | undefined,
): SessionStore {
  const keyOf = (subject: string): string => `${prefix}sessions:{${subject}}`
  const linkKeyOf = (link: string): string => `${prefix}link:{${link}}`

  return {
    async create(session) {
      const { subject, lifetime, idle, limit, now = clock() } = session
      const [outcome, record, ...ended] = await engine.run(
        createScript,
        keyOf(subject),
        now,
        newSessionText(session),
        ...[lifetime, idle, limit].map(String),
        randomBytes(9).toString('base64url'),
      )
      if (outcome === 'taken') return undefined
      return { record: sessionOfText(record), ended: ended.map(sessionOfText) }
    },
    async read({ subject, sid, now = clock() }) {
      const [outcome, record] = await engine.run(readScript, keyOf(subject), now, sid)
      return outcome === 'found' ? sessionOfText(record) : undefined
    },
    async rotate(presented) {
      const { subject, sid, generation, secretHash, confirmation, window, idle, now = clock() } = presented
      const reply = await engine.run(
        rotateScript,
        keyOf(subject),
        now,
        sid,
        String(generation),
        secretHash,
        confirmationText(confirmation),
        String(window),
        String(idle),
      )
      return resultOf<RotationResult>(reply, ['renewed', 'repeated', 'displaced', 'kept'])
    },
    async markSeen({ subject, sid, generation, now = clock() }) {
      const reply = await engine.run(markSeenScript, keyOf(subject), now, sid, String(generation))
      return resultOf<UseResult>(reply, ['seen', 'ignored'])
    },
    async end({ subject, sid, secretHash, now = clock() }) {
      const condition = secretHash === undefined ? [] : [secretHash]
      const [outcome, record] = await engine.run(endScript, keyOf(subject), now, sid, ...condition)
      return outcome === 'ended' ? sessionOfText(record) : undefined
    },
    async endAll({ subject, except, now = clock() }) {
      const kept = except === undefined ? [] : [except]
      const [, ...ended] = await engine.run(endAllScript, keyOf(subject), now, ...kept)
      return ended.map(sessionOfText)
    },
    async list({ subject, now = clock() }) {
      const [, ...texts] = await engine.run(listScript, keyOf(subject), now)
      return texts.map(sessionOfText).sort((a, b) => b.renewedAt - a.renewedAt)
    },
    async link({ link, subject, sid, lifetime, limit, now = clock() }) {
      const key = JSON.stringify([subject, sid])
      await engine.run(linkScript, linkKeyOf(link), now, key, String(lifetime), String(limit))
    },
    async readLinked({ link, now = clock() }) {
      const [, ...keys] = await engine.run(readLinkedScript, linkKeyOf(link), now)
      return keys.map(linkedKey)
    },
    async takeLinked({ link, now = clock() }) {
      const [, ...keys] = await engine.run(takeLinkedScript, linkKeyOf(link), now)
      return keys.map(linkedKey)
    },
  }
}

function linkedKey(text: string): SessionKey {
  // Written above; the script has checked the version.
  const [subject, sid] = JSON.parse(text) as readonly [string, string]
  return { subject, sid }
}

/** Reads what a script of the rule returned: an outcome, a record or the kind of refusal, the kind of theft. */
function resultOf<R extends RotationResult | UseResult>(
  [outcome, text, kind]: readonly string[],
  changed: readonly string[],
): R {
  const isKnown = outcome === 'refused' || outcome === 'reuse' || changed.includes(outcome ?? '')
  if (!isKnown) throw new SealbearerError('SB_STORE_UNAVAILABLE', 'reply')
  const result =
    outcome === 'refused'
      ? { outcome, kind: text }
      : { outcome, ...(outcome === 'reuse' && { kind }), record: sessionOfText(text) }
  // The scripts return the outcomes and kinds of the rule, by the same names.
  return result as R
}

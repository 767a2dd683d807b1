import type { SessionKey, SessionStore } from '@sealbearer/core/stores'

/** The session, or the subject, that an operation is about. */
type Asked = Partial<SessionKey>

/** Whether a value is what an operation of a store may resolve with. */
type AnswerCheck = (answer: unknown, asked: Asked) => boolean

const isText: AnswerCheck = (value) => typeof value === 'string'
const isNumber: AnswerCheck = (value) => Number.isFinite(value)
const isNothing: AnswerCheck = (value) => value === undefined
const isOneOf =
  (...values: readonly unknown[]): AnswerCheck =>
  (value) =>
    values.includes(value)
const isEither =
  (...checks: readonly AnswerCheck[]): AnswerCheck =>
  (value, asked) =>
    checks.some((check) => check(value, asked))
const isListOf =
  (check: AnswerCheck): AnswerCheck =>
  (value, asked) =>
    // The copy has no holes, which `every` skips.
    Array.isArray(value) && Array.from(value).every((entry) => check(entry, asked))

function isObjectOf(members: Readonly<Record<string, AnswerCheck>>): AnswerCheck {
  const checks = Object.entries(members)
  return (value, asked) =>
    typeof value === 'object' &&
    value !== null &&
    checks.every(([name, check]) => check(Reflect.get(value, name), asked))
}

/** A connection that mixes up its replies must not log one user in as another. */
const isAsked =
  (name: keyof SessionKey): AnswerCheck =>
  (value, asked) =>
    typeof value === 'string' && (asked[name] === undefined || asked[name] === value)

const isRecord = isObjectOf({
  version: isNumber,
  subject: isAsked('subject'),
  sid: isAsked('sid'),
  sub: isText,
  secretHash: isText,
  current: isNumber,
  previous: isNumber,
  rotatedAt: isNumber,
  seen: isOneOf(true, false),
  startedAt: isNumber,
  renewedAt: isNumber,
  expiresAt: isNumber,
  validUntil: isNumber,
  confirmation: isEither(isText, isOneOf(null)),
  content: isText,
})
const isOtherRecord: AnswerCheck = (value, { subject = '' }) => isRecord(value, { subject })
const isKey = isObjectOf({ subject: isText, sid: isText })

const isResult = (...outcomes: readonly string[]): AnswerCheck =>
  isEither(
    isObjectOf({ outcome: isOneOf(...outcomes), record: isRecord }),
    isObjectOf({ outcome: isOneOf('refused'), kind: isOneOf('unknown', 'confirmation') }),
    isObjectOf({
      outcome: isOneOf('reuse'),
      kind: isOneOf('replayed', 'displaced', 'ahead'),
      record: isRecord,
    }),
  )

/** What the operations of a store may resolve with. */
export const answerChecks: Readonly<Record<keyof SessionStore, AnswerCheck>> = {
  create: isEither(isNothing, isObjectOf({ record: isRecord, ended: isListOf(isOtherRecord) })),
  read: isEither(isNothing, isRecord),
  rotate: isResult('renewed', 'repeated', 'displaced', 'kept'),
  markSeen: isResult('seen', 'ignored'),
  end: isEither(isNothing, isRecord),
  endAll: isListOf(isRecord),
  list: isListOf(isRecord),
  // Nothing depends on what it resolves with.
  link: () => true,
  readLinked: isListOf(isKey),
  takeLinked: isListOf(isKey),
}

import { describe, expect, test } from 'vitest'
import { type RotationResult, recordVersion, rotate, type SessionRecord, use } from './rotation.js'

const start = 1_800_000_000_000
const window = 30_000
const idle = 3_600_000

/** Generation 7 was made out of 4; 5 and 6 are displaced. */
const record: SessionRecord = {
  version: recordVersion,
  subject: 'subject',
  sid: 'sid',
  sub: 'user',
  secretHash: 'hash',
  current: 7,
  previous: 4,
  rotatedAt: start,
  seen: false,
  startedAt: start - 1000,
  renewedAt: start,
  expiresAt: start + 10 * idle,
  validUntil: start + idle,
  confirmation: null,
  content: '{}',
}

const presented = { generation: 7, secretHash: 'hash', confirmation: null, window, idle }

describe('rotate', () => {
  test.each<{
    title: string
    generation: number
    after?: number
    of?: Partial<SessionRecord>
    expected: object
  }>([
    {
      title: 'current',
      generation: 7,
      expected: { outcome: 'renewed', record: { current: 8, previous: 7, seen: false } },
    },
    {
      title: 'current, long after',
      generation: 7,
      after: idle - 1,
      of: { seen: true },
      expected: { outcome: 'renewed', record: { current: 8, previous: 7, seen: false } },
    },
    { title: 'previous, in the window', generation: 4, expected: { outcome: 'repeated', record } },
    {
      title: 'previous, at the end of the window',
      generation: 4,
      after: window,
      expected: { outcome: 'repeated', record },
    },
    {
      title: 'previous, in the window, though current was seen',
      generation: 4,
      of: { seen: true },
      expected: { outcome: 'repeated' },
    },
    {
      title: 'previous, after the window, current never seen',
      generation: 4,
      after: window + 1,
      expected: { outcome: 'displaced', record: { current: 8, previous: 4, rotatedAt: start + window + 1 } },
    },
    {
      title: 'previous, after the window, current seen',
      generation: 4,
      after: window + 1,
      of: { seen: true },
      expected: { outcome: 'reuse', kind: 'replayed' },
    },
    { title: 'the newest displaced', generation: 6, expected: { outcome: 'reuse', kind: 'displaced' } },
    { title: 'the oldest displaced', generation: 5, expected: { outcome: 'reuse', kind: 'displaced' } },
    { title: 'an older one', generation: 3, expected: { outcome: 'reuse', kind: 'replayed' } },
    { title: 'the first one', generation: 1, expected: { outcome: 'reuse', kind: 'replayed' } },
    { title: 'one of the future', generation: 8, expected: { outcome: 'reuse', kind: 'ahead' } },
    {
      title: 'current, of a clock that went back',
      generation: 7,
      after: -idle,
      expected: { outcome: 'renewed', record: { rotatedAt: start - idle } },
    },
    {
      title: 'previous, of a clock that went back by less than the window',
      generation: 4,
      after: -window,
      of: { seen: true },
      expected: { outcome: 'repeated' },
    },
    {
      title: 'previous, of a clock that went back by more',
      generation: 4,
      after: -window - 1,
      expected: { outcome: 'displaced', record: { current: 8, rotatedAt: start - window - 1 } },
    },
  ])('$title', ({ generation, after = 0, of = {}, expected }) => {
    expect(rotate({ ...record, ...of }, { ...presented, generation }, start + after)).toMatchObject(expected)
  })

  test('changes only what rotates', () => {
    expect(rotate(record, presented, start + 5)).toEqual<RotationResult>({
      outcome: 'renewed',
      record: {
        ...record,
        current: 8,
        previous: 7,
        rotatedAt: start + 5,
        renewedAt: start + 5,
        validUntil: start + 5 + idle,
      },
    })
  })

  test.each([
    { title: 'there is none', of: undefined },
    { title: 'it is over', of: { ...record, validUntil: start } },
    { title: 'its secret is another', of: { ...record, secretHash: 'other' } },
  ])('refuses without a change when $title', ({ of }) => {
    for (const generation of [1, 4, 6, 7, 8]) {
      expect(rotate(of, { ...presented, generation }, start)).toEqual({ outcome: 'refused', kind: 'unknown' })
    }
  })

  test('a session lives until the end of its last millisecond', () => {
    expect(rotate({ ...record, validUntil: start + 1 }, presented, start).outcome).toBe('renewed')
  })

  test('the idle limit never reaches beyond the end', () => {
    const result = rotate({ ...record, expiresAt: start + 10 }, presented, start)
    expect(result).toMatchObject({ record: { validUntil: start + 10 } })
  })

  test.each([
    { confirmation: null, proven: 'jkt:a' },
    { confirmation: 'jkt:a', proven: null },
    { confirmation: 'jkt:a', proven: 'jkt:b' },
  ])('a wrong confirmation ends nothing: $confirmation, $proven', ({ confirmation, proven }) => {
    for (const generation of [1, 4, 6, 7, 8]) {
      const asked = { ...presented, generation, confirmation: proven }
      expect(rotate({ ...record, confirmation }, asked, start)).toEqual({
        outcome: 'refused',
        kind: 'confirmation',
      })
    }
  })

  test('a bound session does not rotate', () => {
    const bound = { ...record, confirmation: 'jkt:a' }
    expect(rotate(bound, { ...presented, confirmation: 'jkt:a' }, start + 9)).toEqual({
      outcome: 'kept',
      record: { ...bound, renewedAt: start + 9, validUntil: start + 9 + idle },
    })
  })
})

describe('use', () => {
  test.each([
    { generation: 7, seen: false, outcome: 'seen' },
    { generation: 7, seen: true, outcome: 'ignored' },
    { generation: 6, seen: false, outcome: 'reuse' },
    { generation: 5, seen: true, outcome: 'reuse' },
    { generation: 4, seen: false, outcome: 'ignored' },
    { generation: 1, seen: true, outcome: 'ignored' },
    { generation: 8, seen: false, outcome: 'ignored' },
  ])('generation $generation, seen $seen: $outcome', ({ generation, seen, outcome }) => {
    const result = use({ ...record, seen }, generation, start)
    expect(result.outcome).toBe(outcome)
    if (result.outcome === 'seen') expect(result.record).toEqual({ ...record, seen: true })
  })

  test.each([
    { title: 'there is none', of: undefined },
    { title: 'it is over', of: { ...record, validUntil: start } },
  ])('refuses when $title', ({ of }) => {
    expect(use(of, 7, start)).toEqual({ outcome: 'refused', kind: 'unknown' })
  })
})

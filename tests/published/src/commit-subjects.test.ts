import { describe, expect, test } from 'vitest'
import { whyNotImperative } from '../../../tools/commits/imperative.js'

/** Each with the imperative that it could have been. */
const refused: readonly (readonly [subject: string, twin: string])[] = [
  ['added a cookie option', 'add a cookie option'],
  ['adding a cookie option', 'add a cookie option'],
  ['adds a cookie option', 'add a cookie option'],
  ['processes several proofs', 'process several proofs'],
  ['focused tests', 'focus tests'],
  ['embedding of keys', 'embed keys'],
  ['brings keys along', 'bring keys along'],
  ['speeding up decoding', 'speed up decoding'],
  ['guards close', 'close guards'],
  ['sessions, started and ended', 'start, renew and end sessions'],
  ['options, with their defaults', 'document options, with their defaults'],
  ['the decision has one event', 'emit one event per decision'],
  ['a table of outcomes', 'draw a table of outcomes'],
  ['no token in a message', 'keep tokens out of messages'],
  ['one-shot decoding', 'decode in one shot'],
  ['each guard checks its requirement', 'check the requirement in each guard'],
  ['how keys rotate', 'explain how keys rotate'],
  ['base64url without padding', 'refuse padding in base64url'],
  ["Koa's middleware", 'translate outcomes in Koa'],
  ['re-exported types', 're-export types'],
]

describe('subjects of commits', () => {
  test.each(refused)('%s: refused; %s: accepted', (subject, twin) => {
    expect(whyNotImperative(subject)).toContain('"')
    expect(whyNotImperative(twin)).toBeUndefined()
  })

  test.each(['address', 'pass', 'need', 'proceed', 'string', 'ring', 'shred', 'alias'])(
    '%s is a verb, though it ends like another form of one',
    (verb) => expect(whyNotImperative(`${verb} it`)).toBeUndefined(),
  )
})

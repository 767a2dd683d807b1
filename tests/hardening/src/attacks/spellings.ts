import { createHmac } from 'node:crypto'
import { withSegment } from '#core-test-kit/hand-made.js'
import { goodClaims } from '#core-test-kit/parties.js'
import { type Family, family } from './attack.js'
import { jwsHeader, nested, sealed, signed, signingSecret } from './tokens.js'
import { dir, HS256, nestedDir } from './verifiers.js'

type Spell = (text: string) => string

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const behind = (text: string, index: number, extra: string): string =>
  text.slice(0, index) + extra + text.slice(index)

/** Other ways to write the same bytes, or what lax decoders take for them. */
const spellings: readonly (readonly [what: string, spell: Spell])[] = [
  ['padding', (text) => `${text}${'='.repeat((4 - (text.length % 4)) % 4 || 4)}`],
  ['padding of one', (text) => `${text}=`],
  ['padding in front', (text) => `=${text}`],
  ['padding, percent-encoded', (text) => `${text}%3D`],
  ['a space behind', (text) => `${text} `],
  ['a space in front', (text) => ` ${text}`],
  ['a space inside', (text) => behind(text, 4, ' ')],
  ['a tab inside', (text) => behind(text, 4, '\t')],
  ['an end of line behind', (text) => `${text}\n`],
  ['a Windows end of line inside', (text) => behind(text, 4, '\r\n')],
  ['a no-break space behind', (text) => `${text}\u00a0`],
  ['a byte order mark in front', (text) => `\ufeff${text}`],
  ['a zero byte behind', (text) => `${text}\0`],
  ['a letter more', (text) => `${text}A`],
  ['a plus', (text) => behind(text, 4, '+')],
  ['a slash', (text) => behind(text, 4, '/')],
  ['a comma', (text) => behind(text, 4, ',')],
  ['an exclamation mark', (text) => behind(text, 4, '!')],
  ['quotes around', (text) => `"${text}"`],
  // Decoders that look at the low byte alone take each for a letter of the alphabet.
  [
    'letters beyond ASCII',
    (text) => text.replace(/^./, (first) => String.fromCharCode(first.charCodeAt(0) + 0x100)),
  ],
  [
    'full-width letters',
    (text) => text.replace(/^./, (first) => String.fromCharCode(first.charCodeAt(0) + 0xfee0)),
  ],
]

/** The next letter of the alphabet, which differs in a bit that no byte holds. */
function withUnusedBit(text: string): string {
  if (text.length % 4 === 0 || text.length % 4 === 1) throw new Error('has no unused bits')
  return text.slice(0, -1) + letters.charAt(letters.indexOf(text.slice(-1)) + 1)
}

/** Signed by the holder of the secret over the very spelling. */
function respelt(index: 0 | 1, spell: Spell): string {
  const [header = '', payload = ''] = signed(padded, jwsHeader).split('.')
  const input = index === 0 ? `${spell(header)}.${payload}` : `${header}.${spell(payload)}`
  return `${input}.${createHmac('sha256', signingSecret).update(input).digest('base64url')}`
}

/** Claims whose segment has unused bits, as every HMAC-SHA-256 has. */
const padded = { ...goodClaims, jti: 'x'.repeat((4 - (JSON.stringify(goodClaims).length % 3)) % 3) }

/** White space and quotes around the whole token are named, and no fault of a segment. */
const codeInFront = (spell: Spell): 'SB_TOKEN_MALFORMED' | 'SB_HEADER_INVALID' =>
  /^[\s"]/.test(spell('AAAAAAAA')) ? 'SB_TOKEN_MALFORMED' : 'SB_HEADER_INVALID'
const codeBehind = (spell: Spell): 'SB_TOKEN_MALFORMED' | 'SB_INTEGRITY_FAILED' =>
  /[\s"]$/.test(spell('AAAAAAAA')) ? 'SB_TOKEN_MALFORMED' : 'SB_INTEGRITY_FAILED'

const jweSegments = ['header', 'encrypted key', 'IV', 'ciphertext', 'tag'] as const

export const base64urlSpellings: Family = family(
  'base64url, spelt otherwise',
  { source: 'RFC 7515 §2, RFC 4648 §3.5', policy: HS256, twin: () => signed(padded) },
  [
    ...spellings.map(([what, spell]) => ({
      what: `${what}, in the signature`,
      code: codeBehind(spell),
      token: () => withSegment(signed(), 2, spell),
    })),
    ...spellings.map(([what, spell]) => ({
      what: `${what}, in the header`,
      code: codeInFront(spell),
      token: () => respelt(0, spell),
    })),
    ...spellings.map(([what, spell]) => ({
      what: `${what}, in the payload`,
      // A letter more can be an byte more, which the holder of the secret signed too.
      code: what === 'a letter more' ? ('SB_CLAIMS_INVALID' as const) : ('SB_INTEGRITY_FAILED' as const),
      token: () => respelt(1, spell),
    })),
    {
      what: 'an unused bit set, in the signature',
      code: 'SB_INTEGRITY_FAILED',
      token: () => withSegment(signed(padded), 2, withUnusedBit),
    },
    {
      what: 'an unused bit set, in the payload',
      code: 'SB_INTEGRITY_FAILED',
      token: () => respelt(1, withUnusedBit),
    },
    ...jweSegments
      .flatMap((name, index) => spellings.map(([what, spell]) => ({ name, index, what, spell })))
      .filter(({ index }) => index !== 1)
      .map(({ name, index, what, spell }) => ({
        what: `${what}, in the ${name} of an encrypted token`,
        policy: dir,
        code:
          index === 0
            ? codeInFront(spell)
            : index === jweSegments.length - 1
              ? codeBehind(spell)
              : ('SB_INTEGRITY_FAILED' as const),
        token: () => withSegment(sealed(), index, spell),
        twin: () => sealed(),
      })),
    {
      what: 'an unused bit set, in the tag of an encrypted token',
      policy: dir,
      code: 'SB_INTEGRITY_FAILED',
      token: () => withSegment(sealed(), 4, withUnusedBit),
      twin: () => sealed(),
    },
    {
      what: 'padding inside an encrypted token',
      policy: nestedDir,
      code: 'SB_INTEGRITY_FAILED',
      token: () => nested(`${signed()}=`),
      twin: () => nested(),
    },
  ],
)

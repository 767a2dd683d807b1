import { secondsNow } from '../material/claims.js'
import { parties } from '../material/parties.js'
import type { Knock } from './door.js'
import type { Doors } from './doors.js'
import { filled, hostileJson, type Text } from './json-text.js'
import { megabyte, type Shape, type ShapeGroup, usualLimit } from './shape.js'
import { bytesFor, segment, signedText, usualHeader } from './tokens.js'

const sizes = [usualLimit, megabyte]
const signatureLength = 43

/** A shape with a good token beside it whose claims have members of the same kind. */
const likeIts = (kind: Text | undefined, shape: Shape): Shape =>
  kind === undefined ? shape : { ...shape, good: (characters) => shape.door.welcome(characters, kind) }

const listOfText = filled('"list":["x"', ',"exp"', ']')
const listOfAddresses = filled('"list":["x"', ',"https://a.example"', ']')
const longText = filled('"note":"', 'x', '"')

/** Texts that no parsing may be reached by. */
export function oversized({ signed, key }: Doors): ShapeGroup {
  const shape = (title: string, make: (characters: number) => string): Shape => ({
    title,
    code: 'SB_TOKEN_TOO_LARGE',
    door: signed,
    make: (characters) => [make(characters)],
    sizes: [megabyte],
    welcomeSize: usualLimit,
    again: 50,
  })
  return {
    title: 'Beyond the limit',
    note: 'Under the usual limit of 16,384 characters, beside a good token of just that length.',
    shapes: [
      shape('1 MB of one letter', (n) => 'a'.repeat(n)),
      { ...shape('100,000 dots', (n) => '.'.repeat(n)), sizes: [100_000] },
      shape('1 MB, well signed', (n) => signedText(`${usualHeader}}`, 'x'.repeat(bytesFor(n - 150)), key)),
      shape('1 MB of header', (n) => `${segment('x'.repeat(bytesFor(n)))}.e30.AAAA`),
    ],
  }
}

/** Texts that are no token, or whose signature is not good. */
export function spoilt({ raised }: Doors): ShapeGroup {
  const good = segment(`${usualHeader}}`)
  const shape = (title: string, code: string, make: (characters: number) => string): Shape => ({
    title,
    code,
    door: raised,
    make: (characters) => [make(characters)],
    sizes,
  })
  const letters = (n: number): string => 'A'.repeat(4 * Math.max(1, Math.floor(n / 4)))
  return {
    title: 'Text that is not a token, and wrong signatures',
    note: 'Under a raised limit, where a longer one has to be looked at.',
    shapes: [
      shape('one letter again and again', 'SB_TOKEN_MALFORMED', (n) => 'a'.repeat(n)),
      shape('dots', 'SB_TOKEN_MALFORMED', (n) => '.'.repeat(n)),
      shape('three parts, a dot at the end', 'SB_TOKEN_MALFORMED', (n) => `${good}.${letters(n)}..`),
      shape('a header that is no JSON', 'SB_HEADER_INVALID', (n) => `${letters(n)}.e30.AAAA`),
      shape('a header that is no base64url', 'SB_HEADER_INVALID', (n) => `${letters(n)}=.e30.AAAA`),
      shape('letters beyond ASCII', 'SB_HEADER_INVALID', (n) => `${'\u00e9'.repeat(n)}.e30.AAAA`),
      shape('a signature too long', 'SB_INTEGRITY_FAILED', (n) => `${good}.e30.${letters(n)}`),
      shape('a signature that is no base64url', 'SB_INTEGRITY_FAILED', (n) => `${good}.e30.${letters(n)}=`),
      shape(
        'a payload that is no base64url, wrongly signed',
        'SB_INTEGRITY_FAILED',
        (n) => `${good}.${letters(n)}+.${'A'.repeat(signatureLength)}`,
      ),
      shape(
        'a payload wrongly signed',
        'SB_INTEGRITY_FAILED',
        (n) => `${good}.${letters(n)}.${'A'.repeat(signatureLength)}`,
      ),
    ],
  }
}

/** Headers that anybody can write, since nothing is signed before they are read. */
export function headers({ raised }: Doors): ShapeGroup {
  const shape = (title: string, code: string, text: Text): Shape => ({
    title,
    code,
    door: raised,
    make: (characters) => [`${segment(text(bytesFor(characters - 50)))}.e30.${'A'.repeat(signatureLength)}`],
    sizes: [usualLimit],
  })
  const certificate = `"${'A'.repeat(64)}"`
  return {
    title: 'Protected headers',
    note: 'Written by an attacker; all the rest of the token is small. Longer than 16,384 characters, none is read.',
    shapes: [
      {
        ...shape(
          'a header of 1 MB, where tokens may be as long',
          'SB_HEADER_INVALID',
          filled('{"alg":"', 'n', '"}'),
        ),
        sizes: [megabyte],
      },
      ...Object.entries(hostileJson).map(([title, { text, kind }]) =>
        likeIts(kind, shape(title, 'SB_HEADER_INVALID', text)),
      ),
      shape(
        'a long kid',
        'SB_KEY_NOT_FOUND',
        filled(`{"alg":"HS256","typ":"${parties.typ}","kid":"`, 'k', '"}'),
      ),
      likeIts(
        listOfText,
        shape('a long crit', 'SB_CRIT_UNSUPPORTED', filled(`${usualHeader},"crit":["exp"`, ',"exp"', ']}')),
      ),
      likeIts(longText, shape('a long alg', 'SB_ALG_NOT_ALLOWED', filled('{"alg":"', 'n', '"}'))),
      likeIts(longText, shape('a long typ', 'SB_TYP_MISMATCH', filled('{"alg":"HS256","typ":"', 't', '"}'))),
      shape(
        'a long x5c',
        'SB_KEY_NOT_FOUND',
        filled(
          `{"alg":"HS256","typ":"${parties.typ}","kid":"none","x5c":[${certificate}`,
          `,${certificate}`,
          ']}',
        ),
      ),
    ],
  }
}

/** Claims under a good signature: what a legitimate issuer can be made to write, or a tenant that is hostile. */
export function claims({ raised, key }: Doors): ShapeGroup {
  type Payload = (characters: number) => string | Uint8Array
  const signed =
    (payload: Payload): ((characters: number) => Knock) =>
    (characters) => [signedText(`${usualHeader}}`, payload(bytesFor(characters - 150)), key)]
  const shape = (title: string, code: string, payload: Payload): Shape => ({
    title,
    code,
    door: raised,
    make: signed(payload),
    sizes,
  })
  const { issuer, audience } = parties
  const exp = secondsNow() + 86_400
  const audiences = (last: string): Text =>
    filled(`{"iss":"${issuer}","exp":${exp},"aud":["x"`, ',"https://a.example"', `${last}]}`)
  const good = signed(audiences(`,"${audience}"`))
  return {
    title: 'Claims, well signed',
    note: 'Read only because the signature is good.',
    shapes: [
      ...Object.entries(hostileJson).map(([title, { text, kind }]) =>
        likeIts(kind, shape(title, 'SB_CLAIMS_INVALID', text)),
      ),
      shape('not UTF-8, at the end', 'SB_CLAIMS_INVALID', (n) =>
        Buffer.concat([Buffer.from(filled('{"a":"', 'x', '')(n - 3)), Buffer.from([0xff, 0x22, 0x7d])]),
      ),
      { ...shape('audiences, none of them ours', 'SB_AUDIENCE_MISMATCH', audiences('')), good },
      { ...shape('audiences, the last one no text', 'SB_CLAIMS_INVALID', audiences(',1')), good },
      likeIts(longText, shape('a long iss', 'SB_ISSUER_MISMATCH', filled('{"iss":"https://', 'i', '"}'))),
      shape(
        'expired',
        'SB_TOKEN_EXPIRED',
        filled(`{"iss":"${issuer}","aud":"${audience}","exp":1,"note":"`, 'x', '"}'),
      ),
    ],
  }
}

/** Claims that are read before anything is verified, because they say whose the token is. */
export function routedClaims({ routed }: Doors): ShapeGroup {
  const shape = (title: string, code: string, text: Text): Shape => ({
    title,
    code,
    door: routed,
    make: (characters) => [
      'Authorization',
      `Bearer ${segment(`${usualHeader}}`)}.${segment(text(bytesFor(characters - 170)))}.${'A'.repeat(signatureLength)}`,
    ],
    sizes,
  })
  return {
    title: 'Claims of an attacker, where several verifiers share an authenticator',
    note: 'They are read before they are verified, to find the one verifier that may take the token.',
    shapes: [
      ...Object.entries(hostileJson).map(([title, { text, kind }]) =>
        likeIts(kind, shape(title, 'SB_TOKEN_MALFORMED', text)),
      ),
      likeIts(longText, shape('a long iss', 'SB_ISSUER_MISMATCH', filled('{"iss":"https://', 'i', '"}'))),
      likeIts(
        listOfAddresses,
        shape('a list as iss', 'SB_ISSUER_MISMATCH', filled('{"iss":["x"', ',"https://a.example"', ']}')),
      ),
    ],
  }
}

import { createCipheriv, randomBytes } from 'node:crypto'
import type { EncryptionKey } from '../material/encryption-key.js'
import { nestedToken, sealedText } from '../material/seal.js'
import type { Door } from './door.js'
import type { Doors } from './doors.js'
import { hostileJson } from './json-text.js'
import { megabyte, type Shape, type ShapeGroup, usualLimit } from './shape.js'
import { bytesFor, segment } from './tokens.js'

const sizes = [usualLimit, megabyte]
const [iv, tag] = ['A'.repeat(16), 'A'.repeat(22)]

type Make = (characters: number) => string | Promise<string>

/** Replaces one part of a good JWE. */
async function spoiltJwe({
  key,
  content,
  part,
  by,
}: {
  key: EncryptionKey
  content: string
  part: number
  by: (text: string) => string
}): Promise<string> {
  const parts = (await nestedToken(content, key)).split('.')
  return parts.map((text, i) => (i === part ? by(text) : text)).join('.')
}

/** Other letters that spell other bytes, in the same number. */
const otherLetters = (text: string): string => `${text.startsWith('A') ? 'B' : 'A'}${text.slice(1)}`

/** Seals bytes, valid text or not, under a shared secret. */
function sealedBytes({ opening }: EncryptionKey, plaintext: Uint8Array): string {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', opening, nonce)
  const protectedSegment = segment('{"alg":"dir","enc":"A256GCM","cty":"JWT"}')
  cipher.setAAD(Buffer.from(protectedSegment))
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()])
  return [protectedSegment, '', ...[nonce, ciphertext, cipher.getAuthTag()].map(segment)].join('.')
}

/** Encrypted tokens, beside good ones that cost as much to decrypt. */
export function encryptedTokens(doors: Doors): ShapeGroup {
  const { rsa, ecdh, dir, nestedRsa, nestedEcdh, nestedDir } = doors
  const shape = (door: Door, title: string, code: string, make: Make): Shape => ({
    title: `${title} (${door.name.replace('nested, ', '')})`,
    code,
    door,
    make: async (characters) => [await make(characters)],
    sizes,
  })
  const small = (door: Door, title: string, code: string, make: Make): Shape => ({
    ...shape(door, title, code, make),
    sizes: [1_000],
  })
  /** Longer headers are refused unread. */
  const shortEnough = (from: Shape): Shape => ({ ...from, sizes: [usualLimit] })
  const unopened =
    (header: object): Make =>
    (characters) =>
      [segment(JSON.stringify(header)), 'AAAA', iv, 'A'.repeat(4 * Math.floor(characters / 4)), tag].join('.')
  const text = (characters: number): string => 'x'.repeat(Math.max(1, bytesFor(characters - 500)))
  return {
    title: 'Encrypted tokens',
    note: 'Beside good tokens of the same form under the same key.',
    shapes: [
      small(
        nestedDir,
        'PBES2 with 2³¹ iterations',
        'SB_ALG_NOT_ALLOWED',
        unopened({
          alg: 'PBES2-HS256+A128KW',
          enc: 'A256GCM',
          p2c: 2 ** 31,
          p2s: 'AAAAAAAAAAAAAAAAAAAAAA',
          cty: 'JWT',
        }),
      ),
      small(
        nestedRsa,
        'RSA1_5',
        'SB_ALG_NOT_ALLOWED',
        unopened({ alg: 'RSA1_5', enc: 'A256GCM', cty: 'JWT' }),
      ),
      small(
        nestedDir,
        'zip, which would make much of little',
        'SB_HEADER_INVALID',
        unopened({ alg: 'dir', enc: 'A256GCM', zip: 'DEF', cty: 'JWT' }),
      ),
      small(nestedRsa, 'a wrong encrypted key', 'SB_INTEGRITY_FAILED', (n) =>
        spoiltJwe({ key: rsa, content: text(n), part: 1, by: otherLetters }),
      ),
      shape(nestedRsa, 'an encrypted key too long', 'SB_INTEGRITY_FAILED', (n) =>
        spoiltJwe({ key: rsa, content: 'x', part: 1, by: () => 'A'.repeat(4 * Math.floor(n / 4)) }),
      ),
      small(nestedEcdh, 'a point that is not on the curve', 'SB_INTEGRITY_FAILED', async (n) =>
        spoiltJwe({
          key: ecdh,
          content: text(n),
          part: 0,
          by: (header) => {
            const members = JSON.parse(Buffer.from(header, 'base64url').toString())
            return segment(
              JSON.stringify({ ...members, epk: { ...members.epk, y: segment(Buffer.alloc(32, 1)) } }),
            )
          },
        }),
      ),
      shortEnough(
        shape(nestedEcdh, 'a long apu', 'SB_INTEGRITY_FAILED', (n) =>
          spoiltJwe({
            key: ecdh,
            content: 'x',
            part: 0,
            by: (header) => {
              const members = JSON.parse(Buffer.from(header, 'base64url').toString())
              return segment(
                JSON.stringify({ ...members, apu: 'A'.repeat(4 * Math.floor(bytesFor(n - 500) / 4)) }),
              )
            },
          }),
        ),
      ),
      shape(nestedDir, 'a wrong tag', 'SB_INTEGRITY_FAILED', (n) =>
        spoiltJwe({ key: dir, content: text(n), part: 4, by: otherLetters }),
      ),
      shape(nestedDir, 'an IV too long', 'SB_INTEGRITY_FAILED', (n) =>
        spoiltJwe({ key: dir, content: 'x', part: 2, by: () => 'A'.repeat(4 * Math.floor(n / 4)) }),
      ),
      shape(nestedRsa, 'no token inside', 'SB_TOKEN_MALFORMED', (n) => nestedToken(text(n), rsa)),
      shape(nestedRsa, 'dots inside', 'SB_TOKEN_MALFORMED', (n) =>
        nestedToken('.'.repeat(bytesFor(n - 500)), rsa),
      ),
      shape(nestedRsa, 'a JWE in a JWE', 'SB_FORM_MISMATCH', async (n) =>
        nestedToken(await sealedText('x'.repeat(bytesFor(bytesFor(n - 1000))), rsa, { cty: 'JWT' }), rsa),
      ),
      shortEnough(
        shape(nestedRsa, 'an unsigned token with a long header inside', 'SB_ALG_NOT_ALLOWED', (n) =>
          nestedToken(
            `${segment(`{"alg":"none","a":"${'x'.repeat(bytesFor(bytesFor(n - 1000)))}"}`)}.e30.`,
            rsa,
          ),
        ),
      ),
      shape(nestedDir, 'not UTF-8 inside', 'SB_TOKEN_MALFORMED', (n) =>
        sealedBytes(dir, Buffer.concat([Buffer.alloc(bytesFor(n - 200), 'x'), Buffer.from([0xff])])),
      ),
      ...['many members, the first one twice', 'lists, as deep as fit'].map((title) => {
        const { text: json, kind } = hostileJson[title] ?? { text: () => '', kind: undefined }
        const make: Make = (n) => [segment(json(bytesFor(n - 100))), '', iv, '', tag].join('.')
        return {
          ...shortEnough(shape(nestedDir, `header: ${title}`, 'SB_HEADER_INVALID', make)),
          ...(kind !== undefined && { good: (characters: number) => nestedDir.welcome(characters, kind) }),
        }
      }),
    ],
  }
}

import { encryptJwe } from '#core/jwe/encrypt.js'
import { segment, withSegment } from '#core-test-kit/hand-made.js'
import { testKey } from '#core-test-kit/test-keys.js'
import type { Policy } from './attack.js'
import { signed } from './tokens.js'
import { nestedUnder } from './verifiers.js'

type Alg = 'dir' | 'A256KW' | 'A256GCMKW' | 'RSA-OAEP-256' | 'ECDH-ES'
type Enc = 'A256GCM' | 'A128CBC-HS256'

const openers = new Map<string, Policy>()

/** Takes what {@link seal} makes; the same one for all attacks. */
export function opener(alg: Alg, enc: Enc = 'A256GCM'): Policy {
  const name = `${alg} ${enc}`
  const policy = openers.get(name) ?? nestedUnder(alg, enc)
  openers.set(name, policy)
  return policy
}

/** A good signed token in a good encrypted token of any kind, as this library makes it. */
export const seal = async (alg: Alg, enc: Enc = 'A256GCM'): Promise<string> =>
  encryptJwe(new TextEncoder().encode(signed()), {
    keyManagement: alg,
    contentEncryption: enc,
    key: await testKey(alg, { first: 100, enc }),
    protectedHeader: { cty: 'JWT' },
  })

/** The same with the bytes of one segment changed. */
export const sealedWith = async (
  alg: Alg,
  enc: Enc,
  index: number,
  change: (bytes: Buffer) => Uint8Array,
): Promise<string> =>
  withSegment(await seal(alg, enc), index, (text) => segment(change(Buffer.from(text, 'base64url'))))

export const extended = (bytes: Buffer): Buffer => Buffer.concat([bytes, Buffer.alloc(1)])
export const zeros = (bytes: Buffer): Buffer => Buffer.alloc(bytes.length)

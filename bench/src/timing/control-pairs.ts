import { createDecipheriv, randomBytes } from 'node:crypto'
import { inputOf, macOf, macRounds, macTitles, written } from './mac-pairs.js'
import { sealByHand, spoil, wrap, write } from './seal-by-hand.js'
import type { TimingPair } from './timing-pair.js'

/** What a comparison that stops at the first difference gives away. */
const earlyExit: TimingPair = {
  title: 'HS256 with a comparison that stops early',
  ...macTitles,
  rounds: macRounds,
  isEncrypted: false,
  expected: 'different',
  async prepare() {
    const secret = randomBytes(32)
    const token = (at: 'first' | 'last') => () => {
      const input = inputOf('HS256')
      return written(input, spoil(macOf('sha256', secret, input), at))
    }
    const attempt = async (text: string): Promise<void> => {
      const end = text.lastIndexOf('.')
      const mac = Buffer.from(text.slice(end + 1), 'base64url')
      for (const [i, byte] of macOf('sha256', secret, text.slice(0, end)).entries()) {
        if (mac[i] !== byte) throw new Error('wrong MAC')
      }
    }
    return { one: token('first'), other: token('last'), attempt }
  },
}

/** What a key that does not unwrap gives away where the content is not decrypted any more. */
const skippedContent: TimingPair = {
  title: 'A256KW, A256GCM, giving up where the key does not unwrap',
  one: 'encrypted key does not unwrap',
  other: 'tag wrong',
  rounds: { node: 20_000, web: 4_000 },
  isEncrypted: false,
  expected: 'different',
  async prepare() {
    const secret = randomBytes(32)
    const seal = () => {
      const cek = randomBytes(32)
      return sealByHand({ alg: 'A256KW', enc: 'A256GCM' }, cek, wrap(secret, cek))
    }
    const attempt = async (text: string): Promise<void> => {
      const [aad = '', ...segments] = text.split('.')
      const [encryptedKey, iv, ciphertext, tag] = segments.map((segment) => Buffer.from(segment, 'base64url'))
      if (!encryptedKey || !iv || !ciphertext || !tag) throw new Error('not five parts')
      const cek = createDecipheriv('id-aes256-wrap', secret, Buffer.alloc(8, 0xa6)).update(encryptedKey)
      const decryption = createDecipheriv('aes-256-gcm', cek, iv).setAAD(Buffer.from(aad)).setAuthTag(tag)
      decryption.update(ciphertext)
      decryption.final()
    }
    return {
      one: () => {
        const parts = seal()
        return write({ ...parts, encryptedKey: spoil(parts.encryptedKey, 'last') })
      },
      other: () => {
        const parts = seal()
        return write({ ...parts, tag: spoil(parts.tag, 'first') })
      },
      attempt,
    }
  },
}

/** Faults made by hand, which the method has to find: where it does not, it proves nothing about the rest. */
export const controlPairs: readonly TimingPair[] = [earlyExit, skippedContent]

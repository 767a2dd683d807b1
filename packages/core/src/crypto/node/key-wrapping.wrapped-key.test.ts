import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { type ContentEncryptionAlgorithm, contentEncryptionAlgorithms } from '../algorithms.js'
import type { JweParts } from '../engine.js'
import { contentCiphers } from './content-encryption.js'
import { decryptWrapped, type Unwrap } from './key-wrapping.js'

const plaintext = randomBytes(40)

/** Content, and how often its ciphertext was read. */
function encrypted(enc: ContentEncryptionAlgorithm) {
  const { keyBytes, ivBytes } = contentEncryptionAlgorithms[enc]
  const cek = randomBytes(keyBytes)
  const iv = randomBytes(ivBytes)
  const { ciphertext, tag } = contentCiphers[enc].encrypt(cek, iv, plaintext, 'header')
  let reads = 0
  const parts: JweParts = {
    protectedHeader: { enc },
    protectedSegment: 'header',
    contentEncryption: enc,
    encryptedKey: randomBytes(40),
    iv,
    get ciphertext() {
      reads++
      return ciphertext
    },
    tag,
  }
  return { cek, parts, reads: () => reads }
}

const failing: Unwrap = () => {
  throw new Error('no key')
}

/** Decoys that record which one ran. */
function toldDecoys() {
  const taken: string[] = []
  return {
    taken,
    decoys: {
      good: () => {
        taken.push('good')
        return randomBytes(32)
      },
      bad: () => {
        taken.push('bad')
        return failing()
      },
    },
  }
}

const open = async (parts: JweParts, unwrap: Unwrap, decoys: ReturnType<typeof toldDecoys>['decoys']) =>
  decryptWrapped(parts, unwrap, decoys)

describe.each(['A256GCM', 'A128CBC-HS256', 'A256CBC-HS512'] as const)('%s', (enc) => {
  test('an unwrapped CEK decrypts the content, without a decoy', async () => {
    const { cek, parts } = encrypted(enc)
    const { taken, decoys } = toldDecoys()
    expect(await open(parts, () => cek, decoys)).toEqual(plaintext)
    expect(await open(parts, async () => cek, decoys)).toEqual(plaintext)
    expect(taken).toEqual([])
  })

  test.each<[string, (cek: Buffer) => Unwrap, string]>([
    ['does not unwrap', () => failing, 'good'],
    ['does not unwrap on the pool', () => async () => failing(), 'good'],
    ['unwraps to a shorter CEK', (cek) => () => cek.subarray(1), 'bad'],
    ['unwraps to a longer CEK', (cek) => () => Buffer.concat([cek, cek]), 'bad'],
    ['unwraps to nothing', () => () => Buffer.alloc(0), 'bad'],
    ['unwraps to another CEK', (cek) => () => randomBytes(cek.length), 'bad'],
  ])('an encrypted key that %s: decrypts all the same, then fails', async (_, unwrapOf, decoy) => {
    const { cek, parts, reads } = encrypted(enc)
    const { taken, decoys } = toldDecoys()
    await expect(open(parts, unwrapOf(cek), decoys)).rejects.toThrow('decryption failed')
    expect(reads()).toBe(1)
    expect(taken).toEqual([decoy])
  })

  test('all failures have the same message', async () => {
    const { cek, parts } = encrypted(enc)
    const { decoys } = toldDecoys()
    const failures = [
      open(parts, failing, decoys),
      open(parts, () => cek.subarray(1), decoys),
      open({ ...parts, tag: randomBytes(parts.tag.length) }, () => cek, decoys),
    ].map((decrypted) => decrypted.catch((error: unknown) => error))
    const [first, ...others] = await Promise.all(failures)
    for (const other of others) expect(other).toEqual(first)
  })
})

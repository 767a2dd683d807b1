import { createKeyRing, createMemoryStore } from '@sealbearer/core'
import { createSealedStore } from '@sealbearer/core/key-ring'
import { clock, now } from '../../clock.js'
import type { Failure, Material } from './material.js'

/** A ring whose stored text is this. */
const ringOf = (text: string, m: Material) =>
  createKeyRing({
    keys: ['ES256'],
    rotateEvery: '30d',
    now: clock,
    store: { ...createMemoryStore(), load: async () => ({ text: text || m.text, version: '1' }) },
  })

export const storing: Readonly<Record<string, Failure>> = {
  'a stored ring that is a key': (m) => ringOf(JSON.stringify(m.privateJwk), m),
  'a stored ring that is cut off': (m) => ringOf(`{"version":1,"keys":[${JSON.stringify(m.privateJwk)}`, m),
  'a stored ring that is a token': (m) => ringOf(m.token, m),
  'a store that quotes a key': (m) =>
    createKeyRing({
      keys: ['ES256'],
      rotateEvery: '30d',
      store: createSealedStore(
        { ...createMemoryStore(), load: async () => ({ text: m.encryption, version: String(now) }) },
        m.keys.wrapping.key,
      ),
    }),
}

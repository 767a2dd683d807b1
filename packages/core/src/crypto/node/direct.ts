import type { KeyObject } from 'node:crypto'
import type { KeyOperations } from '../engine.js'
import { openEnvelope, writeEnvelope } from './envelope.js'

/** A shared secret that is the CEK itself (RFC 7518 §4.5). */
export function directEncryption(key: KeyObject): KeyOperations {
  return {
    encrypt: (plaintext, header) => writeEnvelope(plaintext, header, key, ''),
    decrypt: (parts) => openEnvelope(parts, key),
  }
}

import { createSecretKey, hash, type KeyObject } from 'node:crypto'

/** From Node 22 on, bytes cost more than a KeyObject made of them. */
const isNode22OrLater = Number.parseInt(process.versions.node, 10) >= 22

/** A content encryption key in the form that is cheaper to use once. */
export const contentKey = (bytes: Buffer): Buffer | KeyObject =>
  isNode22OrLater ? createSecretKey(bytes) : bytes

const counter = Buffer.from([0, 0, 0, 1])

/** AlgorithmID, empty PartyUInfo and PartyVInfo, and SuppPubInfo for A256GCM (RFC 7518 §4.6.2). */
const otherInfo = Buffer.concat([
  Buffer.from([0, 0, 0, 7]),
  Buffer.from('A256GCM'),
  Buffer.alloc(8),
  Buffer.from([0, 0, 1, 0]),
])

/** The key that ECDH-ES derives for A256GCM. */
export const agreedKey = (sharedSecret: Buffer): Buffer | KeyObject =>
  contentKey(hash('sha256', Buffer.concat([counter, sharedSecret, otherInfo]), 'buffer'))

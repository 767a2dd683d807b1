import { createHash } from 'node:crypto'

/** The SHA-256 of a text, in base64url: an index key of fixed length. */
export const digestOf = (text: string): string => createHash('sha256').update(text).digest('base64url')

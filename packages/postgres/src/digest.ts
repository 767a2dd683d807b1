import { createHash } from 'node:crypto'

/** Texts of any length and content fit an index so. */
export const digestOf = (text: string): string => createHash('sha256').update(text).digest('base64url')

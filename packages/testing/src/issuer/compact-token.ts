import { randomBytes } from 'node:crypto'
import type { SigningKey } from './signing-key.js'

/** A JSON object; members that are `undefined` are omitted. */
export type Members = Readonly<Record<string, unknown>>

/** The content of a segment: an object, or a text, such as invalid JSON. */
export type SegmentText = Members | string

export const textOf = (content: SegmentText): string =>
  typeof content === 'string' ? content : JSON.stringify(content)

const segment = (content: SegmentText): string => Buffer.from(textOf(content)).toString('base64url')

/** Signs a token. Checks nothing. */
export function signedToken(key: Pick<SigningKey, 'sign'>, header: SegmentText, claims: SegmentText): string {
  const input = `${segment(header)}.${segment(claims)}`
  return `${input}.${key.sign(input)}`
}

/** Changes the header and claims of a token and keeps its signature. */
export function withClaims(token: string, claims: Members): string {
  const [header = '', payload = '', signature = ''] = token.split('.')
  const present: Members = JSON.parse(Buffer.from(payload, 'base64url').toString())
  return `${header}.${segment({ ...present, ...claims })}.${signature}`
}

/** Replaces the last segment by random bytes of the same length. */
export function withRandomEnd(token: string): string {
  const at = token.lastIndexOf('.') + 1
  const { length } = Buffer.from(token.slice(at), 'base64url')
  return `${token.slice(0, at)}${randomBytes(length).toString('base64url')}`
}

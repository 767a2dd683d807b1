import { base64url } from 'jose'

/** Parts of a token, counted from its beginning. */
export type Part = 0 | 1 | 2 | 3 | 4

/** Changes one part of a token as text. */
export function replacePart(token: string, part: Part, replace: (segment: string) => string): string {
  return token
    .split('.')
    .map((segment, index) => (index === part ? replace(segment) : segment))
    .join('.')
}

/** Changes one part of a token as bytes. */
export function replaceBytes(token: string, part: Part, replace: (bytes: Uint8Array) => Uint8Array): string {
  return replacePart(token, part, (segment) => base64url.encode(replace(base64url.decode(segment))))
}

/** Turns over one bit in the middle of a part, where no unused bits are. */
export function flipBit(token: string, part: Part): string {
  return replaceBytes(token, part, (bytes) =>
    bytes.map((byte, i) => (i === bytes.length >> 1 ? byte ^ 1 : byte)),
  )
}

/** Edits the JSON of a part, and leaves all else, the signature included, as it was. */
export function editJson(token: string, part: Part, change: Readonly<Record<string, unknown>>): string {
  return replacePart(token, part, (segment) => {
    const value: object = JSON.parse(new TextDecoder().decode(base64url.decode(segment)))
    return base64url.encode(JSON.stringify({ ...value, ...change }))
  })
}

/** Sets the unused bits of a part's last character: other text for the same bytes. */
export function setUnusedBits(token: string, part: Part): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  return replacePart(token, part, (segment) => {
    if (segment.length % 4 === 0) throw new RangeError('this part has no unused bits')
    return segment.slice(0, -1) + alphabet[alphabet.indexOf(segment.slice(-1)) + 1]
  })
}

/** Characters of a piece that is long enough not to be anywhere by chance; bytes, where text shows bytes. */
export const minPiece = 8

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** Base64 depends on where in a group of three bytes the secret begins, as in DER; its edges depend on the rest. */
function base64At(bytes: Uint8Array, offset: number): string {
  const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64')
  const start = offset === 0 ? 0 : 4
  return text.slice(start, text.length - (text.endsWith('=') ? 4 : 0))
}

/** What bytes look like in text: raw, in hex, and in either base64, alone or in the midst of other bytes. */
export function spellingsOf(bytes: Uint8Array): readonly string[] {
  const base64 = [0, 1, 2].map((offset) => base64At(bytes, offset))
  return [
    Buffer.from(bytes).toString('latin1'),
    hexOf(bytes),
    ...base64,
    ...base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
  ]
}

const decimalLists = /\d{1,3}(?:\s*,\s*\d{1,3}){7,}/g
const hexPairs = /[\da-f]{2}(?:[\s:]+[\da-f]{2}){7,}/gi

/** Adds to a text what it says in lists of bytes, as inspectors and JSON write them. */
export function unfold(text: string): string {
  const lists = [...text.matchAll(decimalLists)].map(([list]) =>
    hexOf(Uint8Array.from(list.split(','), Number)),
  )
  const pairs = [...text.matchAll(hexPairs)].map(([list]) => list.replaceAll(/[\s:]/g, '').toLowerCase())
  return [text, ...lists, ...pairs].join('\n')
}

/** One element of DER: a tag and its content. */
interface Element {
  readonly tag: number
  readonly content: Uint8Array
  /** Behind the element. */
  readonly rest: Uint8Array
}

const tags = { bitString: 0x03, octetString: 0x04, oid: 0x06, sequence: 0x30 } as const

/** Certificates need about half of it; without a limit, the input could exhaust the stack. */
const deepest = 16

/** Bytes of a length; keys are shorter than the two allow. */
const maxLengthBytes = 3

/** The object identifier rsaEncryption or RSASSA-PSS, without its last byte. */
const rsaOid = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01]

/** Reads the first element. @returns `undefined` if it is cut off, or its length is not the shortest form (X.690 §10.1). */
function firstElement(bytes: Uint8Array): Element | undefined {
  const [tag, first] = bytes
  // Tags of several bytes are in no key or certificate.
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f) return undefined
  const count = first < 0x80 ? 0 : first & 0x7f
  let length = first
  if (first >= 0x80) {
    if (count === 0 || count > maxLengthBytes || bytes.length < 2 + count) return undefined
    length = bytes.subarray(2, 2 + count).reduce((sum, byte) => sum * 256 + byte, 0)
    if (length < 0x80 || bytes[2] === 0) return undefined
  }
  const end = 2 + count + length
  if (end > bytes.length) return undefined
  return { tag, content: bytes.subarray(2 + count, end), rest: bytes.subarray(end) }
}

/** The elements that fill these bytes exactly; `undefined` if they do not. */
function elementsIn(bytes: Uint8Array): readonly Element[] | undefined {
  const found: Element[] = []
  for (let rest = bytes; rest.length > 0; ) {
    const element = firstElement(rest)
    if (element === undefined) return undefined
    found.push(element)
    rest = element.rest
  }
  return found
}

/** Whether bytes are a single element, whose parts fill it exactly at every depth. */
function isExact(bytes: Uint8Array, depth: number): boolean {
  const [element, another] = elementsIn(bytes) ?? []
  return element !== undefined && another === undefined && hasExactParts(element, depth)
}

function hasExactParts({ tag, content }: Element, depth: number): boolean {
  if (depth > deepest) return false
  // Bit 6 of the tag: it consists of elements (X.690 §8.1.2.5).
  if ((tag & 0x20) === 0) return true
  const parts = elementsIn(content)
  return (
    parts !== undefined && hasExactKey(parts, depth) && parts.every((part) => hasExactParts(part, depth + 1))
  )
}

/** Whether the string with a key is filled exactly: in a PrivateKeyInfo, and in a SubjectPublicKeyInfo at any depth. */
function hasExactKey(parts: readonly Element[], depth: number): boolean {
  const [first, second, third] = parts
  if (depth === 0 && third?.tag === tags.octetString) return isExact(third.content, depth + 1)
  const isPublicKey = parts.length === 2 && first?.tag === tags.sequence && second?.tag === tags.bitString
  if (!isPublicKey) return true
  // The number of unused bits: keys consist of whole bytes.
  if (second.content[0] !== 0) return false
  const algorithm = firstElement(first.content)
  const isRsa = algorithm?.tag === tags.oid && rsaOid.every((byte, i) => algorithm.content[i] === byte)
  // The other keys are bytes and have no elements in them.
  return !isRsa || isExact(second.content.subarray(1), depth + 1)
}

/**
 * Whether bytes are one DER element without missing or additional bytes, outside or inside: runtimes ignore some of them,
 * not all the same, so that one key would have many encodings, and a file with two keys would be read as the first.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc5958#section-2 RFC 5958 §2}
 */
export const isExactDer = (bytes: Uint8Array): boolean => isExact(bytes, 0)

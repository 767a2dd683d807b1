import { type PssLimits, pssLimits } from './pss-parameters.js'

/** Properties of a key, certificate or container found in its DER. */
export interface DerKey {
  /** A human-readable name. */
  readonly format: 'DER' | 'PKCS#12'
  readonly wayOut: string
  readonly keyType: 'RSA' | 'EC' | 'OKP' | 'AKP' | undefined
  /** The only algorithm of a key of type AKP. */
  readonly alg: string | undefined
  readonly curve: string | undefined
  /** Whether an EC key has explicit curve parameters instead of a named curve (RFC 5480 §2.1.1 forbids them). */
  readonly isExplicit: boolean
  /** The restrictions of a key labeled RSASSA-PSS; `undefined` for other keys. */
  readonly pss: PssLimits | undefined
}

const hexOf = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')

const bytesOfHex = (hex: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16))

/** Object identifiers with their tag and length, in hexadecimal. */
const oids = {
  rsa: '06092a864886f70d010101',
  pss: '06092a864886f70d01010a',
  ec: '06072a8648ce3d0201',
  pkcs7: '06092a864886f70d0107',
} as const

const curves: Readonly<Record<string, string>> = {
  '06082a8648ce3d030107': 'P-256',
  '06052b81040022': 'P-384',
  '06052b81040023': 'P-521',
  '06052b8104000a': 'secp256k1',
}

const edwards: Readonly<Record<string, string>> = {
  '06032b656e': 'X25519',
  '06032b656f': 'X448',
  '06032b6570': 'Ed25519',
  '06032b6571': 'Ed448',
}

/** RFC 9881 §2, with the bytes of the bit string that holds a public key (§4). */
const mlDsa: Readonly<Record<string, readonly [oid: string, bitString: string]>> = {
  'ML-DSA-44': ['0609608648016503040311', '03820521'],
  'ML-DSA-65': ['0609608648016503040312', '038207a1'],
  'ML-DSA-87': ['0609608648016503040313', '03820a21'],
}

/** Longer than any certificate with a single key. */
const maxBytes = 32_768

/** Describes DER by its object identifiers. @returns `undefined` if it is not a DER sequence. */
export function describeDer(bytes: Uint8Array): DerKey | undefined {
  if (bytes.length < 16 || bytes.length > maxBytes || bytes[0] !== 0x30) return undefined
  const hex = hexOf(bytes)
  if (hex.includes(oids.pkcs7)) {
    const wayOut = 'convert it with "openssl pkcs12 -in key.p12 -nodes -out key.pem"'
    return {
      format: 'PKCS#12',
      wayOut,
      keyType: undefined,
      alg: undefined,
      curve: undefined,
      isExplicit: false,
      pss: undefined,
    }
  }
  const wayOut = 'convert it with "openssl pkey -inform DER -in key.der -out key.pem"'
  return { format: 'DER', wayOut, ...keyIn(hex) }
}

function keyIn(hex: string): Omit<DerKey, 'format' | 'wayOut'> {
  const none = { alg: undefined, curve: undefined, isExplicit: false, pss: undefined }
  const alg = mlDsaKeyIn(hex)
  if (alg !== undefined) return { ...none, keyType: 'AKP', alg }
  const at = hex.indexOf(oids.ec)
  if (at !== -1) {
    const parameters = hex.slice(at + oids.ec.length)
    const curve = Object.entries(curves).find(([oid]) => parameters.startsWith(oid))?.[1]
    return { ...none, keyType: 'EC', curve, isExplicit: parameters.startsWith('30') }
  }
  if (hex.includes(oids.rsa)) return { ...none, keyType: 'RSA' }
  const pss = algorithmOf(hex, oids.pss)
  if (pss !== undefined) {
    const parameters = pss.slice(pss.indexOf(oids.pss) + oids.pss.length)
    return { ...none, keyType: 'RSA', pss: pssLimits(parameters) }
  }
  const okp = Object.entries(edwards).find(([oid]) => hex.includes(`3005${oid}`))
  return { ...none, keyType: okp && 'OKP', curve: okp?.[1] }
}

/** A private key, or a public one: a certificate for another key can be signed with ML-DSA too. */
const mlDsaKeyIn = (hex: string): string | undefined =>
  Object.entries(mlDsa).find(
    ([, [oid, bitString]]) => hex.includes(`020100300b${oid}`) || hex.includes(`300b${oid}${bitString}`),
  )?.[0]

/** The complete AlgorithmIdentifier that starts with an object identifier, in hexadecimal. */
function algorithmOf(hex: string, oid: string): string | undefined {
  const at = hex.indexOf(oid)
  if (at < 4) return undefined
  const length = Number.parseInt(hex.slice(at - 2, at), 16)
  return hex.slice(at - 4, at) === `30${length.toString(16).padStart(2, '0')}`
    ? hex.slice(at - 4, at + length * 2)
    : undefined
}

/** The same key can be labeled RSAES or RSASSA; WebCrypto only accepts the general label. */
export function asRsaEncryption(der: Uint8Array): Uint8Array<ArrayBuffer> {
  const hex = hexOf(der)
  const algorithm = algorithmOf(hex, oids.pss)
  if (algorithm === undefined) return Uint8Array.from(der)
  const at = hex.indexOf(algorithm)
  const after = hex.slice(at + algorithm.length)
  const content = `${contentOf(hex.slice(0, at))}300d${oids.rsa}0500${after}`
  return bytesOfHex(`30${lengthOf(content)}${content}`)
}

/** The content of the outermost sequence. */
function contentOf(hex: string): string {
  const length = Number.parseInt(hex.slice(2, 4), 16)
  return hex.slice(length < 0x80 ? 4 : 4 + (length & 0x7f) * 2)
}

function lengthOf(content: string): string {
  const length = content.length / 2
  const hex = length.toString(16).padStart(length < 0x100 ? 2 : 4, '0')
  if (length < 0x80) return hex
  return `${(0x80 + hex.length / 2).toString(16)}${hex}`
}

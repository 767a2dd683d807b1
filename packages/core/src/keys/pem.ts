import { type CryptoKey, importPKCS8, importSPKI, importX509 } from 'jose'
import { engine } from '#crypto'
import { base64urlOf } from '../compact/base64.js'
import {
  type Algorithm,
  algorithms,
  isSignatureAlgorithm,
  signatureAlgorithms,
} from '../crypto/algorithms.js'
import { isExactDer } from './der-structure.js'
import { asRsaEncryption, type DerKey, describeDer } from './key-der.js'
import { checkSupported } from './key-description.js'
import type { PssLimits } from './pss-parameters.js'

type Reader = (pem: string, alg: string, options: { extractable: true }) => Promise<CryptoKey>

const readers: Readonly<Record<string, Reader>> = {
  'PRIVATE KEY': importPKCS8,
  'PUBLIC KEY': importSPKI,
  CERTIFICATE: importX509,
}

const convert = 'convert it with "openssl pkcs8 -topk8 -nocrypt -in key.pem -out pkcs8.pem"'

/** Unsupported labels, and how to convert them. */
const wayOut: Readonly<Record<string, string>> = {
  'RSA PRIVATE KEY': `PKCS#1; ${convert}`,
  'EC PRIVATE KEY': `SEC 1; ${convert}`,
  'ENCRYPTED PRIVATE KEY': `encrypted; ${convert}`,
  'RSA PUBLIC KEY':
    'PKCS#1; convert it with "openssl rsa -RSAPublicKey_in -in key.pem -pubout -out spki.pem"',
}

const block = /-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \1-----/gs

/** Whether text is PEM, plain or in one of the encodings that {@link importPem} accepts. */
const looksLikePem = (text: string): boolean => text.includes('-----BEGIN ')

/**
 * Normalizes PEM as found in deployments: also in quotes, on one line, with `\n` as two characters, or base64-encoded
 * as a whole. Other text is returned unchanged.
 */
function plainPem(text: string): string {
  const lines = text.replaceAll(/\\r|\\n/g, '\n')
  if (looksLikePem(lines)) return lines
  const compact = base64urlOf(text.replaceAll(/[\s"']/g, ''))
  // Some encoders leave unused bits non-zero.
  const decoded = engine.decodeBase64urlText(compact)?.replaceAll(/\\r|\\n/g, '\n')
  return decoded !== undefined && looksLikePem(decoded) ? decoded : text
}

interface Block {
  readonly label: string
  readonly body: string
}

/** Selects the private key of a bundle, otherwise the first block: the leaf of a chain. @throws {TypeError} */
function chosenBlock(pem: string): Block {
  const blocks = [...pem.matchAll(block)]
    .map(([, label = '', body = '']) => ({ label, body }))
    .filter(({ label }) => !/PARAMETERS$/.test(label))
  const isPrivate = ({ label }: Block): boolean => label.endsWith('PRIVATE KEY')
  const [first = blocks[0], second] = blocks.filter(isPrivate)
  if (second !== undefined) throw new TypeError('key: the PEM holds several private keys; pass one')
  if (first === undefined) {
    throw new TypeError(
      `key: a string must be PEM (PKCS#8, SPKI or X.509); for a text secret use importSecret${hintOf(pem)}`,
    )
  }
  return first
}

/** Describes the content of base64 without a label. */
function hintOf(text: string): string {
  const bytes = engine.decodeBase64url(base64urlOf(text.replaceAll(/\s/g, '')))
  const found = bytes === undefined ? undefined : describeDer(bytes)
  return found === undefined ? '' : `. This is ${found.format} in base64; ${found.wayOut}`
}

/**
 * Imports the private key of a PEM text, or its first public key or certificate: PKCS#8, SPKI or X.509. The dates and
 * chain of a certificate are not checked; it only contains the key.
 *
 * @throws {TypeError}
 */
export async function importPem(text: string, alg: Algorithm): Promise<CryptoKey> {
  const { label, body } = chosenBlock(plainPem(text))
  const read = Object.hasOwn(readers, label) ? readers[label] : undefined
  if (read === undefined) {
    const isEncrypted = /Proc-Type:\s*4,\s*ENCRYPTED/.test(body)
    const kind = wayOut[label] ?? 'expected PKCS#8, SPKI or X.509'
    throw new TypeError(`key: this kind of PEM is not supported (${isEncrypted ? 'encrypted ' : ''}${kind})`)
  }
  const der = engine.decodeBase64url(base64urlOf(body.replaceAll(/\s/g, '')))
  return importDer(der, label, alg, read)
}

/** Imports the DER of a key with the given PEM label. @throws {TypeError} */
export async function importDer(
  der: Uint8Array | undefined,
  label: string,
  alg: Algorithm,
  read: Reader | undefined = readers[label],
): Promise<CryptoKey> {
  const found = der && describeDer(der)
  if (der === undefined || found === undefined || read === undefined) {
    throw new TypeError('key: the PEM is corrupt: it contains no DER')
  }
  if (!isExactDer(der)) {
    throw new TypeError(
      'key: the PEM is corrupt: its DER has missing or additional bytes; pass a PEM block with exactly one key',
    )
  }
  checkFits(found, alg)
  await checkSupported(alg)
  const plain = found.pss === undefined ? der : asRsaEncryption(der)
  const base64 = engine.encodeBase64url(plain).replaceAll('-', '+').replaceAll('_', '/')
  const padded = base64.padEnd(Math.ceil(base64.length / 4) * 4, '=')
  try {
    return await read(`-----BEGIN ${label}-----\n${padded}\n-----END ${label}-----`, alg, {
      extractable: true,
    })
  } catch {
    // The messages of jose and of the runtime can quote the material.
    throw new TypeError(`key: the PEM does not contain a key for ${alg}`)
  }
}

/** Reports the type of a key that does not match the algorithm. @throws {TypeError} */
function checkFits({ keyType, alg: only, curve, isExplicit, pss }: DerKey, alg: Algorithm): void {
  const { kty, curves = [] } = algorithms[alg]
  if (isExplicit) {
    throw new TypeError(
      'key: an EC key with explicit parameters is not supported; use a named curve: convert it with "openssl ec -param_enc named_curve"',
    )
  }
  if (keyType === undefined) return
  if (
    !kty.some((type) => type === keyType) ||
    (curve !== undefined && !curves.some((name) => name === curve))
  ) {
    const needed = curves.length > 0 ? `one on ${curves.join(', ')}` : `of type ${kty.join(' or ')}`
    throw new TypeError(
      `key: contains a key of type ${keyType}${curve ? ` on ${curve}` : ''}; ${alg} needs ${needed}`,
    )
  }
  if (only !== undefined && only !== alg)
    throw new TypeError(`key: contains a key for ${only}, not for ${alg}`)
  if (pss !== undefined) checkPssLimits(pss, alg)
}

/** @throws {TypeError} */
function checkPssLimits({ hashes, saltBytes }: PssLimits, alg: Algorithm): void {
  const row = isSignatureAlgorithm(alg) ? signatureAlgorithms[alg] : undefined
  if (row?.saltBytes === undefined) {
    throw new TypeError(
      `key: contains an RSASSA-PSS key, which is only for PS256, PS384 and PS512 (RFC 4055 §1.2)`,
    )
  }
  if (!hashes.every((hash) => hash === row.hash)) {
    throw new TypeError(
      `key: contains an RSASSA-PSS key for ${hashes.join(' and ')}; ${alg} needs ${row.hash}`,
    )
  }
  if (!(saltBytes <= row.saltBytes)) {
    throw new TypeError(
      `key: contains an RSASSA-PSS key for a longer salt than the ${row.saltBytes} bytes of ${alg} (RFC 7518 §3.5)`,
    )
  }
}

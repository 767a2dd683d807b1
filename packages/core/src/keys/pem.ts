import { type CryptoKey, importPKCS8, importSPKI, importX509 } from 'jose'
import type { Algorithm } from '../crypto/algorithms.js'

type Reader = (pem: string, alg: string, options: { extractable: true }) => Promise<CryptoKey>

const readers: Readonly<Record<string, Reader>> = {
  'PRIVATE KEY': importPKCS8,
  'PUBLIC KEY': importSPKI,
  CERTIFICATE: importX509,
}

const convert = 'convert it with "openssl pkcs8 -topk8 -nocrypt -in key.pem -out pkcs8.pem"'

/** Labels that a reader cannot read, and how to get one that it can. */
const wayOut: Readonly<Record<string, string>> = {
  'RSA PRIVATE KEY': `PKCS#1; ${convert}`,
  'EC PRIVATE KEY': `SEC 1; ${convert}`,
  'ENCRYPTED PRIVATE KEY': `encrypted; ${convert}`,
  'RSA PUBLIC KEY':
    'PKCS#1; convert it with "openssl rsa -RSAPublicKey_in -in key.pem -pubout -out spki.pem"',
}

const block = /-----BEGIN ([A-Z0-9 ]+)-----[^-]*-----END \1-----/g

/**
 * Reads the first key or certificate of a PEM text: PKCS#8, SPKI or X.509. A certificate's dates and chain
 * are not checked; it only carries the key.
 *
 * @throws {TypeError}
 */
export async function importPem(pem: string, alg: Algorithm): Promise<CryptoKey> {
  const blocks = [...pem.matchAll(block)].filter(([, label]) => label !== 'EC PARAMETERS')
  const [text, label = ''] = blocks[0] ?? []
  if (text === undefined) {
    throw new TypeError('key: a string must be PEM (PKCS#8, SPKI or X.509); for a text secret use secretKey')
  }
  const read = Object.hasOwn(readers, label) ? readers[label] : undefined
  if (read === undefined) {
    throw new TypeError(
      `key: PEM of this kind is not read (${wayOut[label] ?? 'expected PKCS#8, SPKI or X.509'})`,
    )
  }
  try {
    return await read(text, alg, { extractable: true })
  } catch {
    // jose's and the runtime's own texts can quote the material.
    throw new TypeError(`key: the PEM does not hold a key for ${alg}`)
  }
}

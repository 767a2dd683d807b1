import { createPublicKey, X509Certificate } from 'node:crypto'
import { pem } from '#core-test-kit/test-keys.js'

const rsa = createPublicKey(pem('rsa.spki'))
const der = rsa.export({ type: 'spki', format: 'der' })
const jwk = rsa.export({ format: 'jwk' })

const texts: readonly (readonly [name: string, text: string])[] = [
  ['SPKI as PEM', pem('rsa.spki')],
  ['PKCS#1 as PEM', pem('rsa.public-pkcs1')],
  ['the certificate as PEM', pem('rsa.x509')],
  ['SPKI as base64', der.toString('base64')],
  ['SPKI as base64url', der.toString('base64url')],
  ['SPKI as PEM, in base64', Buffer.from(pem('rsa.spki')).toString('base64')],
  ['a JWK', JSON.stringify(jwk)],
  ['a JWK over several lines', JSON.stringify(jwk, null, 2)],
  ['a JWK Set', JSON.stringify({ keys: [jwk] })],
]

/** What a file, an environment variable or an editor makes of a text. */
const changes: readonly (readonly [name: string, change: (text: string) => string | Buffer])[] = [
  ['as it is', (text) => text],
  ['without its last end of line', (text) => text.trimEnd()],
  ['with a second end of line', (text) => `${text}\n`],
  ['with Windows ends of line', (text) => text.replaceAll('\n', '\r\n')],
  ['with old Mac ends of line', (text) => text.replaceAll('\n', '\r')],
  ['without ends of line', (text) => text.replaceAll('\n', '')],
  ['with \\n spelt out', (text) => text.replaceAll('\n', '\\n')],
  ['behind an end of line', (text) => `\n${text}`],
  ['behind a space', (text) => ` ${text}`],
  ['behind a tab', (text) => `\t${text}`],
  ['behind a no-break space', (text) => `\u00a0${text}`],
  ['behind a byte order mark', (text) => `\ufeff${text}`],
  ['between spaces', (text) => `  ${text}  `],
  ['in quotes', (text) => `"${text}"`],
  ['in front of a zero byte', (text) => `${text}\0`],
  ['in UTF-16', (text) => Buffer.from(`\ufeff${text}`, 'utf16le')],
]

const bytesIn = (value: string | Buffer): Buffer => (typeof value === 'string' ? Buffer.from(value) : value)

const binaries: readonly (readonly [name: string, bytes: Uint8Array])[] = [
  ['SPKI as DER', der],
  ['PKCS#1 as DER', rsa.export({ type: 'pkcs1', format: 'der' })],
  ['the certificate as DER', new X509Certificate(pem('rsa.x509')).raw],
]

const frames: readonly (readonly [name: string, before: string, after: string])[] = [
  ['as it is', '', ''],
  ['behind a space', ' ', ''],
  ['behind a byte order mark', '\ufeff', ''],
  ['in front of an end of line', '', '\n'],
  ['between Windows ends of line', '\r\n', '\r\n'],
]

/** Every form in which a public key is handed around, with what can stand around it. */
export const publicEncodings: readonly (readonly [name: string, bytes: Uint8Array])[] = [
  ...texts.flatMap(([name, text]) =>
    changes.map(([how, change]) => [`${name}, ${how}`, bytesIn(change(text))] as const),
  ),
  ...binaries.flatMap(([name, bytes]) =>
    frames.map(
      ([how, before, after]) =>
        [`${name}, ${how}`, Buffer.concat([Buffer.from(before), bytes, Buffer.from(after)])] as const,
    ),
  ),
]

/** The same with nothing around. */
export const barePublicEncodings: typeof publicEncodings = publicEncodings.filter(([name]) =>
  name.endsWith(', as it is'),
)

/** Numbers of a public key, which as bytes look like any other, a secret too. */
export const publicNumbers: readonly (readonly [name: string, bytes: Uint8Array])[] = [
  ['its modulus', Buffer.from(String(jwk.n), 'base64url')],
  ['its modulus as base64url', Buffer.from(String(jwk.n))],
  ['its exponent', Buffer.from(String(jwk.e), 'base64url')],
  ['nothing', new Uint8Array()],
]

import { contentEncryptionAlgorithms, signatureAlgorithms } from '@sealbearer/core/internal'
import { type Finding, risky, wrong } from './finding.js'
import type { InspectedToken } from './inspected-token.js'

const rowOf = <Row>(table: Readonly<Record<string, Row>>, name: unknown): Row | undefined =>
  typeof name === 'string' && Object.hasOwn(table, name) ? table[name] : undefined

/** RSA signatures are as long as the modulus. */
const isModulus = (bytes: number): boolean => bytes >= 256 && bytes <= 1024

/** The length of the last part, and that which its algorithm prescribes: a truncated token differs. */
export function lastPartLength({ form, protectedHeader: header = {}, bytes }: InspectedToken): {
  readonly name: string
  readonly bytes: number
  readonly expected: string | undefined
  readonly fits: boolean
} {
  const name = form === 'signed' ? 'signature' : 'authentication tag'
  const actual = bytes[name] ?? 0
  const signature = form === 'signed' ? rowOf(signatureAlgorithms, header['alg']) : undefined
  if (signature?.kty[0] === 'RSA') {
    return { name, bytes: actual, expected: '256 or more, as the modulus', fits: isModulus(actual) }
  }
  const expected =
    form === 'signed'
      ? signature?.signatureBytes
      : rowOf(contentEncryptionAlgorithms, header['enc'])?.tagBytes
  const fits = expected === undefined || actual === expected
  return { name, bytes: actual, expected: expected?.toString(), fits }
}

/** Returns what is wrong with the lengths of a token's parts. */
export function lengthFindings(token: InspectedToken): readonly (Finding | false)[] {
  const { name, bytes, expected, fits } = lastPartLength(token)
  const { alg } = token.protectedHeader ?? {}
  const isNone = typeof alg === 'string' && /^none$/i.test(alg)
  if (token.form === 'signed' && bytes === 0) {
    return [
      !isNone &&
        wrong(
          'signature',
          'there is none: anyone can have written it',
          'strips the signature, and hopes for a verifier that does not miss it',
        ),
    ]
  }
  const named = token.form === 'signed' ? 'alg' : 'enc'
  return [
    !fits &&
      wrong(
        name === 'signature' ? 'signature' : 'tag',
        `${bytes} bytes, where "${named}" needs ${expected}: the token was probably cut off`,
      ),
    token.size > 16_384 &&
      wrong('size', `${token.size} characters: verifiers accept 16384, unless they set maxTokenSize`),
    token.size > 4_000 &&
      token.size <= 16_384 &&
      risky('size', `${token.size} characters: too large for a cookie`),
  ]
}

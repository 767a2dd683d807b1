import type { Layer } from './open-token.js'
import { lastPartLength } from './part-lengths.js'
import { timeLeft } from './time-findings.js'
import { visibleText } from './visible-text.js'

/** One line about a token. */
interface Fact {
  readonly name: string
  readonly value: string
}

const listed = (value: unknown): string =>
  [value]
    .flat()
    .map((one) => (typeof one === 'string' ? visibleText(one) : visibleText(JSON.stringify(one) ?? '')))
    .join(', ')

const forms = {
  signed: 'signed: anyone who holds it can read it',
  nested: 'nested: signed, then encrypted',
  encrypted: 'encrypted, not signed',
  closed: 'encrypted or nested: that shows once it is decrypted',
} as const

/** The form of a token, as far as it has been decrypted. */
function formOf(layers: readonly Layer[]): keyof typeof forms {
  const [outer, inner] = layers
  if (outer?.token.form === 'signed') return 'signed'
  if (inner !== undefined) return 'nested'
  return outer?.trial?.outcome === 'decrypted' ? 'encrypted' : 'closed'
}

/** Whether a key verified or decrypted a layer. */
function factOf({ token, trial }: Layer): readonly Fact[] {
  if (trial === undefined) return []
  const what = token.form === 'signed' ? 'verified' : 'decrypted'
  if (trial.key !== undefined) return [{ name: `${what} with`, value: trial.key }]
  return [{ name: what, value: trial.outcome === 'no key' ? 'no, without a key' : 'no, no key fits' }]
}

/** The most important facts about a token: form, time left, issuer, audiences, signature. */
export function factsOf(layers: readonly Layer[], now: number): readonly Fact[] {
  const outer = layers[0]?.token
  const claims = layers.at(-1)?.token.claims
  const outerHeader = outer?.form === 'signed' ? undefined : outer?.protectedHeader
  const fact = (name: string, value: unknown): readonly Fact[] =>
    value === undefined ? [] : [{ name, value: listed(value) }]
  return [
    ...fact('form', forms[formOf(layers)]),
    ...(claims === undefined ? [] : fact('time', timeLeft(claims, now))),
    ...fact('issuer', claims?.['iss']),
    ...fact(outerHeader?.['aud'] === undefined ? 'audience' : 'audience inside', claims?.['aud']),
    ...fact('audience outside', outerHeader?.['aud']),
    ...layers.flatMap((layer) => {
      const { token } = layer
      const { name, bytes, expected } = lastPartLength(token)
      const { alg, enc } = token.protectedHeader ?? {}
      const needed =
        expected === undefined ? '' : ` (${expected} for ${listed(token.form === 'signed' ? alg : enc)})`
      return [...fact(name, `${bytes} bytes${needed}`), ...factOf(layer)]
    }),
  ]
}

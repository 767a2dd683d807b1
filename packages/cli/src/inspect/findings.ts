import { claimsFindings, repeatedFindings } from './claims-findings.js'
import { type Finding, risky, wrong } from './finding.js'
import { encryptionFindings, headerFindings } from './header-findings.js'
import type { InspectedToken } from './inspected-token.js'
import type { Layer } from './open-token.js'
import { lengthFindings } from './part-lengths.js'
import { misleadingFindings, typeFindings } from './text-findings.js'
import { timeFindings } from './time-findings.js'

const present = (findings: readonly (Finding | false)[]): readonly Finding[] =>
  findings.filter((finding) => finding !== false)

const bySeverity = (findings: readonly Finding[]): readonly Finding[] => [
  ...findings.filter(({ severity }) => severity === 'wrong'),
  ...findings.filter(({ severity }) => severity === 'risky'),
]

const noClaims = wrong(
  'claims',
  'the payload is no valid JSON object, has a duplicate member, or is nested too deeply',
)

/** Returns what is wrong with a token, as far as can be seen without a key. */
export const findingsOf = (token: InspectedToken, now: number): readonly Finding[] =>
  layerFindings({ token, content: undefined, trial: undefined }, { now, isInside: false, inside: 'unknown' })

function layerFindings(
  { token, trial }: Layer,
  {
    now,
    isInside,
    inside,
    innerClaims,
  }: {
    readonly now: number
    readonly isInside: boolean
    readonly inside: Parameters<typeof encryptionFindings>[1]
    readonly innerClaims?: InspectedToken['claims']
  },
): readonly Finding[] {
  const { form, claims, protectedHeader: header = {} } = token
  return bySeverity(
    present([
      ...headerFindings(token),
      ...misleadingFindings(header),
      ...(form === 'signed'
        ? []
        : [...encryptionFindings(token, inside), ...repeatedFindings(header, innerClaims)]),
      ...lengthFindings(token),
      form === 'signed' && claims === undefined && noClaims,
      ...(claims === undefined
        ? []
        : [
            ...typeFindings(claims),
            ...timeFindings(claims, now),
            ...claimsFindings(claims, form === 'signed' && !isInside),
            ...misleadingFindings(claims),
          ]),
      ...(trial?.notes ?? []).map((text) => risky('key', text)),
      trial?.weakness !== undefined &&
        wrong(
          'secret',
          trial.weakness,
          'finds the secret offline from this one token, and signs whatever they like',
        ),
    ]),
  )
}

/** Returns what is wrong with each layer of a token. */
export const findingsOfLayers = (layers: readonly Layer[], now: number): readonly (readonly Finding[])[] =>
  layers.map((layer, index) => {
    const inner = layers[index + 1]
    const isOpen = layer.trial?.outcome === 'decrypted'
    return layerFindings(layer, {
      now,
      isInside: index > 0,
      inside: inner !== undefined ? 'signed token' : isOpen ? 'something else' : 'unknown',
      innerClaims: inner?.token.claims ?? (isOpen ? layer.token.claims : undefined),
    })
  })

import { conclusionOf } from './conclusion.js'
import { factsOf } from './facts.js'
import type { Finding } from './finding.js'
import type { InspectedToken, Members } from './inspected-token.js'
import type { Layer } from './open-token.js'
import type { Paint } from './paint.js'
import { visibleLines, visibleText, visibleValue } from './visible-text.js'

/** A line of a drawing, or the rule between two of its parts. */
type Line = string | typeof rule

const rule = Symbol('rule')

interface Frame {
  readonly top: readonly [string, string]
  readonly bottom: readonly [string, string]
  readonly side: string
  readonly dash: string
}

/** A postcard has a plain edge, an envelope a thick one. */
const frames: Readonly<Record<InspectedToken['form'], Frame>> = {
  signed: { top: ['┌', '┐'], bottom: ['└', '┘'], side: '│', dash: '─' },
  'encrypted or nested': { top: ['╔', '╗'], bottom: ['╚', '╝'], side: '║', dash: '═' },
}

const times = ['exp', 'nbf', 'iat', 'auth_time', 'updated_at']

function asTime(value: unknown): string {
  const date = typeof value === 'number' ? new Date(value * 1000) : new Date(Number.NaN)
  return Number.isNaN(date.getTime()) ? '' : `  (${date.toISOString().replace('.000Z', 'Z')})`
}

const members = (values: Members): readonly string[] => {
  const width = Math.max(0, ...Object.keys(values).map((name) => visibleText(name).length))
  return Object.entries(values).map(
    ([name, value]) =>
      `  ${visibleText(name).padEnd(Math.min(width, 24))}  ${visibleValue(value)}${times.includes(name) ? asTime(value) : ''}`,
  )
}

const unreadable = ['  (cannot be read)']

function postcard({ token: { protectedHeader, claims, bytes }, trial }: Layer): readonly Line[] {
  return [
    'POSTCARD: a signed token. Anyone who holds it can read all of this.',
    rule,
    'header',
    ...(protectedHeader ? members(protectedHeader) : unreadable),
    '',
    'claims',
    ...(claims ? members(claims) : unreadable),
    rule,
    ...(trial?.outcome === 'verified'
      ? [`signature: ${bytes['signature']} bytes, valid under the key: ${trial.key}.`]
      : [
          ...(bytes['signature'] === 0
            ? ['signature: none.']
            : [
                `signature: ${bytes['signature']} bytes, not verified here.`,
                'Verified with the key, it proves who made the token.',
              ]),
        ]),
  ]
}

function envelope({ token: { protectedHeader, bytes, claims }, trial, content }: Layer): readonly Line[] {
  const cty = protectedHeader?.['cty']
  const inside =
    cty === undefined ? 'the header does not name what is inside' : `content type: ${visibleValue(cty)}`
  const sealed = [
    `▒▒▒ ${bytes['ciphertext']} bytes that only the holder of the key can read`,
    `▒▒▒ ${inside}`,
    ...(bytes['encrypted key'] === 0
      ? []
      : [`▒▒▒ (with their key, ${bytes['encrypted key']} bytes, encrypted to its holder)`]),
  ]
  const open =
    claims !== undefined
      ? ['claims', ...members(claims)]
      : [content === undefined ? 'a signed token, drawn below' : visibleLines(content)].flatMap((text) =>
          text.split('\n'),
        )
  return [
    'ENVELOPE: an encrypted token. Its header is written on the outside.',
    rule,
    'header, for anyone to read',
    ...(protectedHeader ? members(protectedHeader) : unreadable),
    rule,
    ...(trial?.outcome === 'decrypted' ? [`decrypted with the key: ${trial.key}`, '', ...open] : sealed),
    rule,
    `authentication tag: ${bytes['authentication tag']} bytes. Fails if anything was changed`,
  ]
}

/** Breaks a line into pieces of at most this width. */
function wrapped(line: string, width: number): readonly string[] {
  const characters = [...line]
  const pieces: string[] = []
  for (let start = 0; start === 0 || start < characters.length; start += width) {
    pieces.push(characters.slice(start, start + width).join(''))
  }
  return pieces
}

function framed(
  lines: readonly Line[],
  { top, bottom, side, dash }: Frame,
  columns: number,
  paint: Paint,
): string {
  const width = Math.max(40, Math.min(columns, 100)) - 4
  const edge = ([left, right]: readonly [string, string]): string =>
    paint.frame(`${left}${dash.repeat(width + 2)}${right}`)
  const body = lines.flatMap((line) =>
    line === rule
      ? [`${paint.frame(side)} ${paint.frame('·'.repeat(width))} ${paint.frame(side)}`]
      : wrapped(line, width).map(
          (piece) =>
            `${paint.frame(side)} ${piece}${' '.repeat(width - [...piece].length)} ${paint.frame(side)}`,
        ),
  )
  return [edge(top), ...body, edge(bottom)].join('\n')
}

const findingText = ({ severity, parameter, text, attack }: Finding, paint: Paint): string =>
  `${severity === 'wrong' ? paint.wrong('✗ wrong') : paint.risky('! risky')}  ${visibleText(parameter)}: ${text}` +
  (attack === undefined ? '' : `\n         an attacker ${attack}`)

const clean = 'Nothing about it looks wrong from outside. Whether it is genuine, only verify can say.'

/** Draws a token layer by layer, with what is wrong with it in plain words. */
export function draw(
  layers: readonly Layer[],
  findings: readonly (readonly Finding[])[],
  { columns, paint, now }: { readonly columns: number; readonly paint: Paint; readonly now: number },
): string {
  const drawn = layers.flatMap((layer, index) => {
    const { form } = layer.token
    const lines = form === 'signed' ? postcard(layer) : envelope(layer)
    return [
      framed(lines, frames[form], columns, paint),
      ...(findings[index] ?? []).map((finding) => findingText(finding, paint)),
    ]
  })
  const { kind, title } = conclusionOf(layers)
  const wereKeysGiven = layers.some(({ trial }) => trial !== undefined && trial.outcome !== 'no key')
  const reasons = layers.flatMap(({ trial }) => (trial?.outcome === 'wrong key' ? trial.reasons : []))
  const facts = factsOf(layers, now)
  const width = Math.max(...facts.map(({ name }) => name.length))
  const summary = [
    ...facts.map(({ name, value }) => `${name.padEnd(width)}  ${value}`),
    '',
    ...(wereKeysGiven ? [{ good: paint.good, bad: paint.wrong, open: paint.risky }[kind](title)] : []),
    ...reasons.map((reason) => `  ${visibleText(reason)}`),
    ...(findings.flat().length === 0 && !wereKeysGiven ? [paint.good(clean)] : []),
  ]
  return `${[...drawn, '', ...summary].join('\n').trimEnd()}\n`
}

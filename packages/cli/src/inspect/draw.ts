import type { Finding } from './findings.js'
import type { InspectedToken, Members } from './inspected-token.js'
import type { Paint } from './paint.js'
import { visibleText, visibleValue } from './visible-text.js'

/** Lines of a drawing, and where two of its parts meet. */
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

function postcard({ protectedHeader, claims, bytes }: InspectedToken): readonly Line[] {
  return [
    'POSTCARD: a signed token. Anyone who holds it can read all of this.',
    rule,
    'header',
    ...(protectedHeader ? members(protectedHeader) : unreadable),
    '',
    'claims',
    ...(claims ? members(claims) : unreadable),
    rule,
    `signature: ${bytes['signature']} bytes, not verified here.`,
    'Verified with the key, it proves who made the token.',
  ]
}

function envelope({ protectedHeader, bytes }: InspectedToken): readonly Line[] {
  const cty = protectedHeader?.['cty']
  const inside =
    cty === undefined ? 'the header does not name what is inside' : `content type: ${visibleValue(cty)}`
  return [
    'ENVELOPE: an encrypted token. Its header is written on the outside.',
    rule,
    'header, for anyone to read',
    ...(protectedHeader ? members(protectedHeader) : unreadable),
    rule,
    `▒▒▒ ${bytes['ciphertext']} bytes that only the holder of the key can read`,
    `▒▒▒ ${inside}`,
    ...(bytes['encrypted key'] === 0
      ? []
      : [`▒▒▒ (with their key, ${bytes['encrypted key']} bytes, encrypted to its holder)`]),
    rule,
    `authentication tag: ${bytes['authentication tag']} bytes. Fails if anything was changed`,
  ]
}

/** Cuts a line into pieces that fit. */
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

const said = ({ severity, parameter, text }: Finding, paint: Paint): string =>
  `${severity === 'wrong' ? paint.wrong('✗ wrong') : paint.risky('! risky')}  ${visibleText(parameter)}: ${text}`

/** Draws a token as what it is, and says in plain words what is wrong with it. */
export function draw(
  token: InspectedToken,
  findings: readonly Finding[],
  options: { readonly columns: number; readonly paint: Paint },
): string {
  const lines = token.form === 'signed' ? postcard(token) : envelope(token)
  const picture = framed(lines, frames[token.form], options.columns, options.paint)
  const verdict =
    findings.length === 0
      ? [
          options.paint.good(
            'Nothing about it looks wrong from outside. Whether it is genuine, only verify can say.',
          ),
        ]
      : findings.map((finding) => said(finding, options.paint))
  return `${picture}\n${verdict.join('\n')}\n`
}

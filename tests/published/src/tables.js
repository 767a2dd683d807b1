import { errorTable } from '@sealbearer/core'

/** @typedef {{ status: number, wire?: string, message: string }} Row */
/** @type {readonly (readonly [code: string, row: Row])[]} */
const rows = Object.entries(errorTable)

/** @param {readonly string[]} head @param {readonly (readonly string[])[]} body */
function table(head, body) {
  const line = (/** @type {readonly string[]} */ cells) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...body.map(line)].join('\n')
}

/** @param {string} text */
const code = (text) => `\`${text}\``

/** What clients see: one row for each pair of status and `error`, with the codes behind it. */
function answersTable() {
  /** @type {Map<string, { status: number, wire: string, codes: string[] }>} */
  const answers = new Map()
  for (const [name, { status, wire }] of rows) {
    if (status === 500) continue
    const key = `${status} ${wire ?? ''}`
    const answer = answers.get(key) ?? { status, wire: wire === undefined ? 'none' : code(wire), codes: [] }
    answer.codes.push(code(name))
    answers.set(key, answer)
  }
  const sorted = [...answers.values()].sort((a, b) => a.status - b.status)
  return table(
    ['status', '`error`', '`code`, for your log only'],
    sorted.map(({ status, wire, codes }) => [String(status), wire, codes.join(', ')]),
  )
}

/** Every code with what it means. */
function codesTable() {
  return table(
    ['`code`', 'status', '`error`', 'meaning'],
    rows.map(([name, { status, wire, message }]) => [
      code(name),
      status === 500 ? 'thrown' : String(status),
      wire === undefined ? 'none' : code(wire),
      message,
    ]),
  )
}

const root = new URL('../../../', import.meta.url)

/** The tables that are made of source, where they stand, and what they are made by. */
export const tables = [
  { name: 'answers', file: new URL('docs/guides/errors-and-logging.md', root), make: answersTable },
  { name: 'codes', file: new URL('docs/guides/errors-and-logging.md', root), make: codesTable },
]

/**
 * Puts a table between its two marks.
 *
 * @param {string} markdown
 * @param {string} name
 * @param {string} made
 */
export function withTable(markdown, name, made) {
  const [begin, end] = [`<!-- table: ${name} -->`, `<!-- end of table: ${name} -->`]
  const from = markdown.indexOf(begin)
  const to = markdown.indexOf(end)
  if (from === -1 || to < from) throw new Error(`there is no place for the table "${name}"`)
  return `${markdown.slice(0, from + begin.length)}\n\n${made}\n\n${markdown.slice(to)}`
}

import { createAuthenticator, defineVerifier, errorTable } from '@sealbearer/core'
import { errorAdvice } from './error-advice.js'

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

const authenticator = createAuthenticator({
  verifier: defineVerifier({ verify: () => Promise.reject(new Error('is never asked')) }),
})

/** @param {string} name @param {number} status */
function clientSees(name, status) {
  if (status === 500) return 'Nothing: no request is refused with it.'
  // Each row but those of 500 can answer a request.
  const { body } = authenticator.refuse(/** @type {import('@sealbearer/core').RefusalCode} */ (name))
  const error = body?.error === undefined ? '' : `, ${code(body.error)}`
  return `${status}${error}: “${body?.error_description}”.`
}

/** Every code: what it means, what the client sees, what to do. */
function codeSections() {
  return rows
    .map(([name, { status, message }]) =>
      [
        `## ${name}`,
        `${message.charAt(0).toUpperCase()}${message.slice(1)}.`,
        `- **The client sees** ${clientSees(name, status)}`,
        `- **What to do**: ${errorAdvice[/** @type {import('@sealbearer/core').ErrorCode} */ (name)]}`,
      ]
        .join('\n\n')
        .replace('.\n\n- **What', '.\n- **What'),
    )
    .join('\n\n')
}

const root = new URL('../../../', import.meta.url)

/** The tables that are made of source, where they stand, and what they are made by. */
export const tables = [
  { name: 'answers', file: new URL('docs/guides/errors-and-logging.md', root), make: answersTable },
  { name: 'codes', file: new URL('docs/error-codes.md', root), make: codeSections },
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

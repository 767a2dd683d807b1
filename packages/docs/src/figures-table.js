import { readFileSync } from 'node:fs'

const results = new URL('../../../bench/RESULTS.md', import.meta.url)

/** What is shown of a token's cost, by the bench's own names. */
const works = [
  ['verify HS256', 'verify HS256'],
  ['verify RS256', 'verify RS256'],
  ['verify ES256', 'verify ES256'],
  ['same token again ES256', 'the same ES256 token again'],
  ['decrypt dir', 'open an encrypted token, `dir`'],
  ['open ES256 in ECDH-ES (P-256)', 'open a nested token, ES256 in ECDH-ES'],
  ['issue ES256', 'issue ES256'],
]

const frameworks = ['Fastify', 'Hono', 'Koa', 'Express']

/** @typedef {readonly string[]} Cells */
/** @param {string} markdown @returns {readonly Cells[]} the rows of all tables in it, their cells without emphasis */
const rowsOf = (markdown) =>
  markdown
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) =>
      line
        .slice(2, -2)
        .split(' | ')
        .map((cell) => cell.replaceAll('**', '')),
    )

/** @param {string} markdown @param {string} heading */
function section(markdown, heading) {
  const marks = heading.split(' ', 1)[0] ?? ''
  const from = markdown.indexOf(`\n${heading}`)
  if (from === -1) throw new Error(`bench/RESULTS.md has no "${heading}"`)
  const next = markdown.slice(from + 1).search(new RegExp(`\\n#{1,${marks.length}} `))
  return markdown.slice(from, next === -1 ? undefined : from + 1 + next)
}

/** @param {Cells} cells @param {number} at */
const numberAt = (cells, at) => Number.parseFloat((cells[at] ?? '').replaceAll(',', ''))

const isOurs = (/** @type {string | undefined} */ name) => name?.startsWith('sealbearer') === true
const isRaw = (/** @type {string | undefined} */ name) => name?.startsWith('raw') === true

/** @param {string} tokens the section of one Node @param {string} name */
function costs(tokens, name) {
  const rows = rowsOf(section(tokens, `#### ${name}\n`)).filter((cells) =>
    Number.isFinite(numberAt(cells, 1)),
  )
  const ours = rows.find(([contender]) => isOurs(contender))
  const peers = rows.filter(([contender]) => !isOurs(contender) && !isRaw(contender))
  const best = peers.sort((a, b) => numberAt(a, 1) - numberAt(b, 1))[0]
  if (!ours || !best) throw new Error(`bench/RESULTS.md compares nothing in "${name}"`)
  return [`${ours[1]} µs`, `${best[1]} µs, ${best[0]}`]
}

/** @param {string} servers @param {string} framework */
function shares(servers, framework) {
  const rows = rowsOf(servers).filter((cells) => cells.slice(0, 3).join() === `${framework},RS256,one token`)
  const ours = rows.find((cells) => cells[3] === 'sealbearer')
  const peers = rows.filter((cells) => cells[3] !== 'bare' && !isOurs(cells[3]))
  const best = peers.sort((a, b) => numberAt(b, 5) - numberAt(a, 5))[0]
  if (!ours || !best) throw new Error(`bench/RESULTS.md compares nothing in ${framework}`)
  return [`${ours[5]}`, `${best[5]}, ${best[3]}`]
}

/** A few of the bench's figures, of the newest Node in it: ours beside the quickest peer's. */
export function figuresTable() {
  const markdown = readFileSync(results, 'utf8')
  const version = [...markdown.matchAll(/^## Node (\S+)$/gm)].at(-1)?.[1] ?? ''
  const node = section(markdown, `## Node ${version}\n`)
  const servers = section(node, '### Requests per second')
  return [
    `| Node ${version} | sealbearer | quickest peer |`,
    '| --- | --- | --- |',
    ...works.map(([name = '', title]) => `| ${[title, ...costs(node, name)].join(' | ')} |`),
    ...frameworks.map(
      (name) => `| ${[`requests/s left of bare ${name}, RS256`, ...shares(servers, name)].join(' | ')} |`,
    ),
  ].join('\n')
}

import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const file = new URL('../../performance.md', import.meta.url)
const row = /^\| (\w+), requests\/s kept \| 100 % \| (\d+) % \| (\d+) % \((.+)\) \|$/gm

/** How much of a framework's requests per second is kept: the last table of the page "Performance". */
export default {
  watch: [fileURLToPath(file)],
  load() {
    const markdown = readFileSync(file, 'utf8')
    const [, runtime = ''] = [...markdown.matchAll(/^\| (Node [\d.]+) \|/gm)].at(-1) ?? []
    const rows = [...markdown.slice(markdown.lastIndexOf(`| ${runtime} |`)).matchAll(row)].map(
      ([, framework, ours, theirs, peer]) => ({
        framework,
        kept: Number(ours),
        peer,
        keptByPeer: Number(theirs),
      }),
    )
    if (rows.length === 0) throw new Error('docs/performance.md has no rows of requests per second')
    return { runtime, rows }
  },
}

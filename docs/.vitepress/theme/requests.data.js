import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const file = new URL('../../performance.md', import.meta.url)
/** Processor time for a request: bare, with three guards, and with the fastest peer. */
const row = /^\| (\w+), Node 20 \| ([\d.]+) \| [\d.]+ \| [\d.]+ \| ([\d.]+) \| ([\d.]+) \((.+)\) \|$/gm

/** How much of a framework's requests is kept: the table of servers on the page "Performance". */
export default {
  watch: [fileURLToPath(file)],
  load() {
    const rows = [...readFileSync(file, 'utf8').matchAll(row)].map(
      ([, framework, bare, ours, theirs, peer]) => ({
        framework,
        kept: Math.round((100 * bare) / ours),
        peer,
        keptByPeer: Math.round((100 * bare) / theirs),
      }),
    )
    if (rows.length === 0) throw new Error('docs/performance.md has no rows of servers')
    return { rows }
  },
}

import { median } from '../measure/statistics.js'
import { bestPeerApp, bestPeerOf, kept, oursOf, rawOf } from './comparisons.js'
import { markdownTable } from './markdown-table.js'
import { digits, percent } from './numbers.js'
import type { RuntimeResults } from './results.js'

/** The cases that `docs/performance.md` shows. */
const works: readonly string[] = [
  'verify HS256',
  'verify RS256',
  'verify PS256',
  'verify ES256',
  'verify EdDSA',
  'same token again ES256',
  'decrypt dir',
  'open ES256 in ECDH-ES (P-256)',
  'issue ES256',
]

const microseconds = (measured: ReturnType<typeof oursOf>): string =>
  measured === undefined ? '–' : digits(median(measured.sequential.wall))

function caseRows({ primitives }: RuntimeResults): readonly (readonly string[])[] {
  return primitives
    .filter(({ name }) => works.includes(name))
    .map((measured) => {
      const best = bestPeerOf(measured)
      const peer = best === undefined ? '–' : `${microseconds(best)} (${best.name})`
      return [measured.name, microseconds(rawOf(measured)), microseconds(oursOf(measured)), peer]
    })
}

function serverRows({ servers }: RuntimeResults): readonly (readonly string[])[] {
  return servers
    .filter(({ alg, pattern }) => alg === 'RS256' && pattern === 'one token')
    .map((measured) => {
      const best = bestPeerApp(measured)
      const peer = best === undefined ? '–' : `${percent(kept(measured, best.name))} (${best.name})`
      const empty = measured.apps.find(({ role }) => role === 'empty')
      const bare =
        empty === undefined ? '100 %' : `100 % (${empty.name} ${percent(kept(measured, empty.name))})`
      return [`${measured.framework}, requests/s kept`, bare, percent(kept(measured, 'sealbearer')), peer]
    })
}

/** A few of the figures of each Node, as tables for `docs/performance.md`. */
export const summary = (runs: readonly RuntimeResults[]): string =>
  runs
    .map((run) =>
      markdownTable(
        [
          [`Node ${run.runtime.version}`, 'text'],
          ['bare', 'number'],
          ['sealbearer', 'number'],
          ['fastest peer', 'number'],
        ],
        [...caseRows(run), ...serverRows(run)],
      ),
    )
    .join('\n\n')

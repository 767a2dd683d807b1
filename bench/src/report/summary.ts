import type { MeasuredApp } from '../http/requests-per-second.js'
import { median } from '../measure/statistics.js'
import { bestPeerApp, bestPeerOf, oursOf, rawOf } from './comparisons.js'
import { markdownTable } from './markdown-table.js'
import { digits } from './numbers.js'
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

/** Microseconds of the server's CPU for a request, in the round with the least: what else the machine did is in the others. */
const least = (app: MeasuredApp | undefined): string =>
  app === undefined ? '–' : digits(Math.min(...app.cpu))

function serverRows({ runtime, servers }: RuntimeResults): readonly (readonly string[])[] {
  return servers
    .filter(({ alg, pattern }) => alg === 'RS256' && pattern === 'one token')
    .map((measured) => {
      const of = (wanted: (app: MeasuredApp) => boolean): string => least(measured.apps.find(wanted))
      const best = bestPeerApp(measured)
      return [
        `${measured.framework}, Node ${runtime.version.split('.', 1).join()}`,
        of(({ role }) => role === 'bare'),
        of(({ role }) => role === 'empty'),
        of(({ role }) => role === 'lookup'),
        of(({ name }) => name === 'sealbearer'),
        best === undefined ? '–' : `${least(best)} (${best.name})`,
      ]
    })
}

const cases = (run: RuntimeResults): string =>
  markdownTable(
    [
      [`Node ${run.runtime.version}`, 'text'],
      ['bare', 'number'],
      ['sealbearer', 'number'],
      ['fastest peer', 'number'],
    ],
    caseRows(run),
  )

const servers = (runs: readonly RuntimeResults[]): string =>
  markdownTable(
    [
      ['server', 'text'],
      ['bare', 'number'],
      ['empty guard', 'number'],
      ['`header in a Map`', 'number'],
      ['sealbearer', 'number'],
      ['fastest peer', 'number'],
    ],
    runs.flatMap(serverRows),
  )

/** A few of the figures of each Node, as tables for `docs/performance.md`. */
export const summary = (runs: readonly RuntimeResults[]): string =>
  [...runs.map(cases), servers(runs)].join('\n\n')

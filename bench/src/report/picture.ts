import { bestPeerApp, bestPeerOf, kept, oursOf, rawOf, timeRatio } from './comparisons.js'
import { percent, times } from './numbers.js'
import type { RuntimeResults } from './results.js'
import { type Bar, barChart, type Group } from './svg.js'

const pictured = [
  'verify HS256',
  'verify RS256',
  'verify ES256',
  'same token again HS256',
  'decrypt dir',
  'decrypt ECDH-ES (P-256)',
  'open ES256 in ECDH-ES (P-256)',
  'issue HS256',
]

function caseGroup(results: RuntimeResults, name: string): Group | undefined {
  const from = results.primitives.find((measured) => measured.name === name)
  if (from === undefined) return undefined
  const [raw, ours, peer] = [rawOf(from), oursOf(from), bestPeerOf(from)]
  if (raw === undefined || ours === undefined || peer === undefined) return undefined
  const bar = (kind: Bar['kind'], label: string, value: number): Bar => ({
    kind,
    label,
    value,
    text: times(value),
  })
  return {
    title: name,
    bars: [
      bar('ours', 'sealbearer', timeRatio(ours, raw)),
      bar('peer', peer.name, timeRatio(peer, raw)),
      bar('base', 'raw', 1),
    ],
  }
}

function serverGroups({ servers }: RuntimeResults): readonly Group[] {
  return servers
    .filter(({ alg, pattern }) => alg === 'HS256' && pattern === 'one token')
    .map((measured) => {
      const peer = bestPeerApp(measured)
      const bar = (kind: Bar['kind'], label: string, name: string): Bar => {
        const value = kept(measured, name)
        return { kind, label, value, text: percent(value) }
      }
      return {
        title: `${measured.framework}, one HS256 token`,
        bars: [
          bar('ours', 'sealbearer', 'sealbearer'),
          ...(peer === undefined ? [] : [bar('peer', peer.name, peer.name)]),
        ],
      }
    })
}

/** The picture of one Node's results. */
export function picture(results: RuntimeResults): string {
  const groups = pictured.map((name) => caseGroup(results, name)).filter((group) => group !== undefined)
  const { version } = results.runtime
  return barChart(`sealbearer beside the best peer, Node ${version}`, [
    { title: 'Time, in times of the bare primitive: less is better', groups },
    { title: "Requests per second, of the bare framework's: more is better", groups: serverGroups(results) },
  ])
}

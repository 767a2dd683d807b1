import type { MeasuredApp, MeasuredServers } from '../http/requests-per-second.js'
import type { Measured, MeasuredCase } from '../measure/rounds.js'
import { median, ratioOfRounds } from '../measure/statistics.js'

/** How many times the other's time a contender takes, one item after the other. */
export const timeRatio = (contender: Measured, other: Measured): number =>
  ratioOfRounds(contender.sequential.wall, other.sequential.wall)

export const rawOf = ({ contenders }: MeasuredCase): Measured | undefined =>
  contenders.find(({ role }) => role === 'raw')

/** Ours: where there are two, the one that checks claims by itself comes first. */
export const oursOf = ({ contenders }: MeasuredCase): Measured | undefined =>
  contenders.find(({ role }) => role === 'ours')

export const peersOf = ({ contenders }: MeasuredCase): readonly Measured[] =>
  contenders.filter(({ role }) => role === 'peer')

/** The peer that takes the least time, one item after the other. */
export const bestPeerOf = (from: MeasuredCase): Measured | undefined =>
  peersOf(from).toSorted((a, b) => median(a.sequential.wall) - median(b.sequential.wall))[0]

/** The share of the bare framework's requests per second that a guard leaves. */
export function kept({ apps }: MeasuredServers, name: string): number {
  const rates = (wanted: (app: MeasuredApp) => boolean): readonly number[] => apps.find(wanted)?.rates ?? []
  const guarded = rates((app) => app.name === name)
  const bare = rates((app) => app.role === 'bare')
  return guarded.length === 0 || bare.length === 0 ? Number.NaN : ratioOfRounds(guarded, bare)
}

/** Microseconds of the server's CPU that a guard takes more than one that does nothing. */
export function aboveEmpty({ apps }: MeasuredServers, name: string): number {
  const cpuOf = (wanted: (app: MeasuredApp) => boolean): readonly number[] => apps.find(wanted)?.cpu ?? []
  const empty = cpuOf((app) => app.role === 'empty')
  const guarded = cpuOf((app) => app.name === name)
  return empty.length === 0
    ? Number.NaN
    : median(guarded.map((cpu, round) => cpu - (empty[round] ?? Number.NaN)))
}

/** The peer that leaves most. */
export function bestPeerApp(servers: MeasuredServers): MeasuredApp | undefined {
  const peers = servers.apps.filter(({ role }) => role === 'peer')
  return peers.toSorted((a, b) => kept(servers, b.name) - kept(servers, a.name))[0]
}

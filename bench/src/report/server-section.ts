import type { MeasuredServers } from '../http/requests-per-second.js'
import { median } from '../measure/statistics.js'
import { aboveEmpty, kept } from './comparisons.js'
import { type Column, markdownTable } from './markdown-table.js'
import { digits, microseconds, percent } from './numbers.js'

const columns: readonly Column[] = [
  ['framework', 'text'],
  ['alg', 'text'],
  ['tokens', 'text'],
  ['guard', 'text'],
  ['requests/s', 'number'],
  ['kept', 'number'],
  ['server CPU µs', 'number'],
  ['above the empty guard', 'number'],
  ["client's core", 'number'],
]

/** Requests per second of all guards of all frameworks. */
export function serverSection(all: readonly MeasuredServers[]): string {
  const rows = all.flatMap((servers) =>
    servers.apps.map(({ name, role, rates, cpu, clientCpu }) => [
      servers.framework,
      servers.alg,
      servers.pattern,
      role === 'ours' ? `**${name}**` : name,
      digits(median(rates)),
      percent(kept(servers, name)),
      digits(median(cpu)),
      role === 'bare' ? '' : microseconds(aboveEmpty(servers, name)),
      percent(clientCpu),
    ]),
  )
  return markdownTable(columns, rows)
}

import { pinning } from '../workers/cores.js'
import { baselineSection } from './baseline-section.js'
import { caseSection } from './case-section.js'
import { floodSection, growthSection, memorySection } from './growth-section.js'
import type { Machine } from './machine.js'
import type { Results, RuntimeResults } from './results.js'
import { runtimeSection } from './runtime-section.js'
import { serverSection } from './server-section.js'
import { targetSection } from './target-section.js'

function machineSection({ machine, runs, quick, minutes }: Results): string {
  const nodes = runs.map(({ runtime }) => `Node ${runtime.version} (OpenSSL ${runtime.openssl})`)
  const lines = [
    `Written by \`pnpm bench${quick ? ' -- --quick' : ''}\` on ${machine.date}, within ${Math.ceil(minutes)} min.`,
    ...(quick ? ['**A quick run: it shows that everything works, its figures are mostly noise.**'] : []),
    `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB, ${machine.os}; ${nodes.join(' and ')}.`,
    librariesText(machine),
  ]
  return lines.join('\n\n')
}

const librariesText = ({ libraries }: Machine): string =>
  Object.entries(libraries)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ')

const method = `Contenders take turns in short rounds in one process; figures are medians over rounds, ratios medians of the
quotients within rounds. Before it is measured, each contender has accepted the good token and refused one under
another key, an altered one, an expired one, one of another issuer and one for another audience. \`raw\` is the
primitive of node:crypto alone, on bytes and KeyObjects made beforehand; "raw, lowest" is the cheapest way found to
call it. Claims have some 400 characters. "No slower" allows 2 % for noise.`

const section = (title: string, ...parts: readonly string[]): readonly string[] =>
  parts.length === 0 ? [] : [`### ${title}`, ...parts]

const unless = (isEmpty: boolean, ...parts: readonly string[]): readonly string[] => (isEmpty ? [] : parts)

function runSections({
  runtime,
  primitives,
  servers,
  growth,
  memory,
  flood,
}: RuntimeResults): readonly string[] {
  return [
    `## Node ${runtime.version}`,
    ...section('Tokens', ...primitives.map(caseSection)),
    ...section(
      'Requests per second',
      ...unless(
        servers.length === 0,
        `Servers are started with Node's default flags; each, the bare one too, answers requests until it is warm, has all its garbage collected three times with requests in between, and is then measured on loopback over 32 connections without pipelining, ${pinning}, guards of a framework in turns. "kept" is the share of the bare framework's rate, "above" the server's CPU time beyond that of a guard that does nothing. A client that needs its whole core measures itself.`,
        serverSection(servers),
      ),
    ),
    ...section('Growth', ...growth.map(growthSection)),
    ...section(
      'Memory',
      ...unless(
        memory.length === 0,
        'After reading so many tokens, each once, and collecting the garbage.',
        memorySection(memory),
      ),
    ),
    ...section(
      'Event loop under a flood',
      ...unless(
        flood.length === 0,
        'RS256 in RSA-OAEP-256 over 64 connections to a server of node:http; how late its event loop is.',
        floodSection(flood),
      ),
    ),
  ]
}

/** The whole report. */
export const markdown = (results: Results, picture: string): string =>
  [
    '# Results',
    machineSection(results),
    `![Time of each work as a multiple of the bare primitive's, and what guards leave of a framework's rate](${picture})`,
    method,
    '## Figures to reach',
    targetSection(results.runs),
    ...results.runs.flatMap(baselineSection),
    ...results.runs.flatMap(runSections),
    ...results.runtimes.flatMap(runtimeSection),
    '',
  ].join('\n\n')

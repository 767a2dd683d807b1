import type { Machine } from '../report/machine.js'
import { markdownTable } from '../report/markdown-table.js'
import { differenceOf, limit, negligible } from './difference.js'
import type { Finding } from './measure-engine.js'
import type { Engine } from './timing-pair.js'

/** All that a run found. */
interface TimingResults {
  readonly machine: Machine
  readonly node: string
  readonly openssl: string
  readonly minutes: number
  readonly engines: Readonly<Record<Engine, readonly Finding[]>>
}

const method = `Two ways to fail take turns at random in one loop, each token made anew and used once, through the public
\`verifyJws\` and \`decryptJwe\`; several processes measure all pairs, each in another order, since what a compiler
makes of the same code differs by more than what is looked for. Welch's t-test compares the two classes on all times and
on the shortest 99, 95, 90, 80, 65, 50 and 35 %, as dudect does, and the row shows the share that tells most. Below
|t| = ${limit} there is no difference to be seen. Above it, one of less than ${negligible * 100} % of the time is called
negligible: both ways take the same steps, in another order, and what it would tell is whether a holder of the
wrapping key made an encrypted key. The first rows are faults made by hand, which the method has to find.`

const names: Readonly<Record<Engine, string>> = {
  node: 'On node:crypto',
  web: 'On WebCrypto and jose',
}

const number = (value: number, places: number): string =>
  Number.isFinite(value) ? value.toFixed(places) : '∞'

function row(finding: Finding): readonly string[] {
  const { pair, rounds, median, comparison } = finding
  const difference = differenceOf(finding)
  const isFault = difference === 'found' && pair.expected === 'equal'
  return [
    pair.expected === 'different' ? `control: ${pair.title}` : pair.title,
    pair.one,
    pair.other,
    rounds.toLocaleString('en'),
    number(median, 1),
    // Of times that tell nothing apart, it is that of a few interruptions.
    difference === 'none' ? '–' : number(comparison.difference * 1000, 0),
    number(comparison.t, 1),
    isFault ? `**${difference}**` : difference,
  ]
}

const table = (findings: readonly Finding[]): string =>
  markdownTable(
    [
      ['what fails', 'text'],
      ['one way', 'text'],
      ['the other', 'text'],
      ['times', 'number'],
      ['median, µs', 'number'],
      ['one − other, ns', 'number'],
      ['t', 'number'],
      ['difference', 'text'],
    ],
    findings.map(row),
  )

/** The report as Markdown. */
export function timingReport({ machine, node, openssl, minutes, engines }: TimingResults): string {
  const { date, cpu, cores, os } = machine
  return [
    '# Failures by the clock',
    `Written by \`pnpm timing\` on ${date}, within ${Math.ceil(minutes)} min, on ${cpu}, ${cores} cores, ${os}, Node ${node} (OpenSSL ${openssl}).`,
    method,
    `## ${names.node}`,
    table(engines.node),
    `## ${names.web}`,
    webText,
    table(engines.web),
    '',
  ].join('\n\n')
}

const webText = `Each step is a trip to WebCrypto's threads, and jose decides about the steps. After a key that does not unwrap
it goes on under a random one, as RFC 7516 §11.5 asks, but it does not make up for the time that an error takes; and
it looks at the padding only under a right tag, which nobody makes without the content encryption key. What is
found below is that. The MACs and the controls have to be as above.`

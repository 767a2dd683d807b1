import { expect, test } from 'vitest'
import type { MeasuredApp } from '../http/requests-per-second.js'
import type { Measured, MeasuredCase } from '../measure/rounds.js'
import { caseTargets } from './case-targets.js'
import { markdown } from './markdown.js'
import { picture } from './picture.js'
import type { Results, RuntimeResults } from './results.js'
import { serverTargets } from './server-targets.js'
import { summary } from './summary.js'
import { resultOf, type Target, targetText } from './target.js'

const contender = (name: string, role: Measured['role'], ...wall: readonly number[]): Measured => ({
  name,
  role,
  sequential: { wall, cpu: wall },
  together: { wall, cpu: wall },
})

/** The machine was half as quick in the second round. */
const measured = (name: string, ours: number, peer: number): MeasuredCase => ({
  name,
  group: 'verify',
  contenders: [
    contender('raw', 'raw', 10, 20, 10),
    contender('sealbearer', 'ours', ours, 2 * ours, ours),
    contender('sealbearer, baseline', 'baseline', 24, 48, 24),
    contender('fast-jwt', 'peer', peer, 2 * peer, peer),
  ],
})

const app = (name: string, role: MeasuredApp['role'], ...rates: readonly number[]) => ({
  name,
  role,
  rates,
  cpu: rates.map((rate) => 1e6 / rate),
  clientCpu: 0.5,
})

const servers = (pattern: 'one token' | '2,000 tokens', rate: number): RuntimeResults['servers'][number] => ({
  framework: 'Fastify',
  alg: 'HS256',
  pattern,
  apps: [
    app('bare', 'bare', 1000, 500, 1000),
    app('empty guard', 'empty', 851, 425.5, 851),
    app('@fastify/jwt', 'peer', 500, 250, 500),
    app('sealbearer', 'ours', rate, rate / 2, rate),
  ],
})

const run = (version: string, ours: number): RuntimeResults => ({
  runtime: { version, openssl: '3.0.0' },
  primitives: [measured('verify HS256', ours, 42), measured('decrypt ECDH-ES (P-256)', 18, 42)],
  servers: [servers('one token', 850), servers('2,000 tokens', 780)],
  growth: [
    {
      title: 'Size',
      unit: 'KiB',
      note: 'µs',
      sizes: [1, 2, 4],
      rows: [{ name: 'it', costs: [1, 1, 1], growth: 'flat' }],
    },
  ],
  memory: [{ reader: 'sealbearer', tokens: 1000, heapBytes: 2 ** 20, residentBytes: 2 ** 21 }],
  flood: [{ reader: 'sealbearer', requestsPerSecond: 1000, delay: { p50: 1, p99: 2, max: 3 } }],
})

const results: Results = {
  machine: {
    date: '2030-01-02',
    cpu: 'A CPU',
    cores: 2,
    memoryGiB: 4,
    os: 'An OS',
    libraries: { peer: '1.2.3' },
  },
  quick: false,
  minutes: 1,
  runs: [run('20.1.2', 20), run('24.3.4', 30)],
  runtimes: [
    {
      name: 'bun',
      version: '1.4.5',
      verification: [measured('verify ES256', 20, 30)],
      servers: [
        {
          alg: 'HS256',
          guards: [
            { name: 'bare', rates: [1000, 500, 1000] },
            { name: 'sealbearer', rates: [900, 450, 900] },
          ],
        },
      ],
    },
  ],
}

const targetOf = (text: string): Target => {
  const found = [...caseTargets, ...serverTargets].find(
    (target) => `${target.work} ${targetText(target)}` === text,
  )
  if (found === undefined) throw new Error(`no target ${text}`)
  return found
}

test.each([
  { target: 'verify HS256 at most 2.20 × raw', ours: 20, text: '2.00 ×', isReached: true },
  { target: 'verify HS256 at most 2.20 × raw', ours: 30, text: '3.00 ×', isReached: false },
  { target: 'verify HS256 at least 1.40 × the rate of fast-jwt', ours: 20, text: '2.10 ×', isReached: true },
  { target: 'verify HS256 at least 1.40 × the rate of fast-jwt', ours: 40, text: '1.05 ×', isReached: false },
  {
    target: 'Fastify HS256, one token at most 2.0 µs above the empty guard',
    ours: 20,
    text: '1.4 µs',
    isReached: true,
  },
  {
    target: 'Fastify HS256, 2,000 tokens at most 5 % of bare less than with one token',
    ours: 20,
    text: '7 %',
    isReached: false,
  },
])('$target: $text', ({ target, ours, text, isReached }) => {
  expect(resultOf(targetOf(target), run('20.1.2', ours))).toEqual({ text, isReached })
})

test('Node 24 has goals of its own', () => {
  const target = targetOf('decrypt ECDH-ES (P-256) at most 1.30 × raw; Node 24: at most 2.00 × raw')
  expect(resultOf(target, run('20.1.2', 20))?.isReached).toBe(false)
  expect(resultOf(target, run('24.3.4', 20))?.isReached).toBe(true)
})

test('what was not measured has no result', () => {
  const { runtime } = run('20.1.2', 20)
  const nothing = { runtime, primitives: [], servers: [], growth: [], memory: [], flood: [] }
  for (const target of [...caseTargets, ...serverTargets]) expect(resultOf(target, nothing)).toBeUndefined()
})

test('the report has the machine, every target and every part, of each Node', () => {
  const report = markdown(results, 'picture.svg')
  for (const text of [
    'A CPU, 2 cores, 4 GiB, An OS; Node 20.1.2 (OpenSSL 3.0.0) and Node 24.3.4',
    'peer 1.2.3',
    '| verify HS256 | at most 2.20 × raw | 2.00 × reached | **3.00 × not reached** |',
    '![',
    '## Node 24.3.4',
    '| fast-jwt | 42.0 | 25 % | 4.20 × | 2.10 × | 42.0 | 42.0 |',
    '| Fastify | HS256 | one token | **sealbearer** | 850 | 85 % | 1,176 | 1.4 µs |',
    '| it | 1.00 | 1.00 | 1.00 | flat |',
    '| sealbearer | 1,000 | 1.0 | 2.0 |',
    '| sealbearer | 1,000 | 1.00 | 2.00 | 3.00 |',
    '## Node 24.3.4 beside the baseline',
    '| verify HS256, sealbearer | 0.80 × |',
    '## bun 1.4.5',
    '#### verify ES256',
    '| HS256, sealbearer | 900 | 90 % |',
  ]) {
    expect(report).toContain(text)
  }
  expect(report).not.toContain('undefined')
  expect(report).not.toContain('NaN')
})

test('the picture is one drawing for both colour modes', () => {
  const svg = picture(run('20.1.2', 20))
  expect(svg).toMatch(/^<svg [^>]+>[\s\S]+<\/svg>\n$/)
  expect(svg).toContain('prefers-color-scheme: dark')
  for (const text of [
    'verify HS256',
    '2.00 ×',
    '4.20 ×',
    'Fastify, one HS256 token',
    '85 %',
    '@fastify/jwt',
  ]) {
    expect(svg).toContain(`>${text}</text>`)
  }
  expect(svg).not.toMatch(/NaN|undefined/)
})

test('the summary has the main rows of each Node, the fastest peer beside ours', () => {
  const [first = '', second = '', servers = ''] = summary([run('20.0.0', 21), run('24.0.0', 19)]).split(
    '\n\n',
  )
  expect(first).toContain('| verify HS256 | 10.0 | 21.0 | 42.0 (fast-jwt) |')
  expect(second).toContain('| verify HS256 | 10.0 | 19.0 | 42.0 (fast-jwt) |')
  expect(servers).toContain('| server | bare | empty guard |')
  // Those with HS256 are left out.
  expect(servers).not.toContain('Fastify')
})

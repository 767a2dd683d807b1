import { type Framework, frameworks, type ServerAlgorithm, serverAlgorithms } from '../http/app.js'
import type { MeasuredServers, Pattern } from '../http/requests-per-second.js'
import { aboveEmpty, kept } from './comparisons.js'
import type { RuntimeResults } from './results.js'
import { atLeastShare, atMostMicroseconds, atMostShare, type Target } from './target.js'

const withCache = 'sealbearer'
const withListener = 'sealbearer, onDecision'
const withoutCache = 'sealbearer, cache: false'

interface Place {
  readonly framework: Framework
  readonly alg: ServerAlgorithm
}

const measuredAt = (
  { servers }: RuntimeResults,
  { framework, alg }: Place,
  pattern: Pattern,
): MeasuredServers | undefined =>
  servers.find((server) => server.framework === framework && server.alg === alg && server.pattern === pattern)

function keptBy(results: RuntimeResults, place: Place, pattern: Pattern, name: string): number | undefined {
  const measured = measuredAt(results, place, pattern)
  return measured && kept(measured, name)
}

const oneToken = (place: Place): Target => ({
  work: `${place.framework} ${place.alg}, one token`,
  goal: atMostMicroseconds(2, 'above the empty guard'),
  figure: (results) => {
    const measured = measuredAt(results, place, 'one token')
    return measured && aboveEmpty(measured, withCache)
  },
})

/** How much less is left with many tokens. */
const rotation = (place: Place): Target => ({
  work: `${place.framework} ${place.alg}, 2,000 tokens`,
  goal: atMostShare(0.05, 'of bare less than with one token'),
  figure: (results) => {
    const one = keptBy(results, place, 'one token', withCache)
    const many = keptBy(results, place, '2,000 tokens', withCache)
    return one !== undefined && many !== undefined ? one - many : undefined
  },
})

/** What a listener takes of the rate. */
const listener = (place: Place): Target => ({
  work: `${place.framework} ${place.alg}, one token, onDecision`,
  goal: atMostShare(0.02, 'of the rate without a listener'),
  figure: (results) => {
    const alone = keptBy(results, place, 'one token', withCache)
    const told = keptBy(results, place, 'one token', withListener)
    return alone !== undefined && told !== undefined ? 1 - told / alone : undefined
  },
})

const uncached = (alg: ServerAlgorithm, value: number): Target => ({
  work: `Fastify ${alg}, 2,000 tokens, cache: false`,
  goal: atLeastShare(value, 'of bare'),
  figure: (results) => keptBy(results, { framework: 'Fastify', alg }, '2,000 tokens', withoutCache),
})

const places: readonly Place[] = frameworks.flatMap((framework) =>
  serverAlgorithms.map((alg) => ({ framework, alg })),
)

/** The figures to reach on servers. */
export const serverTargets: readonly Target[] = [
  ...places.map(oneToken),
  ...places.map(rotation),
  ...places.map(listener),
  uncached('HS256', 0.6),
  uncached('RS256', 0.29),
]

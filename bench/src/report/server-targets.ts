import type { Framework, ServerAlgorithm } from '../http/app.js'
import type { Pattern } from '../http/requests-per-second.js'
import { kept } from './comparisons.js'
import type { RuntimeResults } from './results.js'
import { atLeastShare, atMostShare, type Target } from './target.js'

const withCache = 'sealbearer'
const withoutCache = 'sealbearer, cache: false'

interface Place {
  readonly framework: Framework
  readonly alg: ServerAlgorithm
}

function keptBy(
  { servers }: RuntimeResults,
  { framework, alg }: Place,
  pattern: Pattern,
  name: string,
): number | undefined {
  const measured = servers.find(
    (server) => server.framework === framework && server.alg === alg && server.pattern === pattern,
  )
  return measured && kept(measured, name)
}

const oneToken = (place: Place, value: number): Target => ({
  work: `${place.framework} ${place.alg}, one token`,
  goal: atLeastShare(value, 'of bare'),
  figure: (results) => keptBy(results, place, 'one token', withCache),
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

const uncached = (alg: ServerAlgorithm, value: number): Target => ({
  work: `Fastify ${alg}, 2,000 tokens, cache: false`,
  goal: atLeastShare(value, 'of bare'),
  figure: (results) => keptBy(results, { framework: 'Fastify', alg }, '2,000 tokens', withoutCache),
})

const leastKept: Readonly<Record<Framework, number>> = { Fastify: 0.82, Hono: 0.82, Koa: 0.82, Express: 0.93 }

// The keys of the table above, and nothing else is in it.
const places = (Object.keys(leastKept) as Framework[]).flatMap((framework): readonly Place[] => [
  { framework, alg: 'HS256' },
  { framework, alg: 'RS256' },
])

/** The figures to reach on servers. */
export const serverTargets: readonly Target[] = [
  ...places.map((place) => oneToken(place, leastKept[place.framework])),
  ...places.map(rotation),
  uncached('HS256', 0.6),
  uncached('RS256', 0.29),
]

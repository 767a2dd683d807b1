import type { Measured, MeasuredCase } from '../measure/rounds.js'
import { median, ratioOfRounds } from '../measure/statistics.js'
import { oursOf, peersOf, rawOf, timeRatio } from './comparisons.js'
import type { RuntimeResults } from './results.js'
import { atLeastTimes, atMostTimes, type Goal, type Target, tolerance } from './target.js'

type Figure = (from: MeasuredCase, ours: Measured) => number | undefined

const figureOf =
  (name: string, figure: Figure): Target['figure'] =>
  ({ primitives }: RuntimeResults) => {
    const from = primitives.find((measured) => measured.name === name)
    const ours = from && oursOf(from)
    return from && ours && figure(from, ours)
  }

const timesRaw: Figure = (from, ours) => {
  const raw = rawOf(from)
  return raw && timeRatio(ours, raw)
}

/** Our rate, in rates of the quickest peer among these: times turned round. */
const rateOverPeers =
  (isMeant: (peer: Measured) => boolean): Figure =>
  (from, ours) => {
    const ratios = peersOf(from)
      .filter(isMeant)
      .map((peer) => timeRatio(peer, ours))
    return ratios.length === 0 ? undefined : Math.min(...ratios)
  }

const raw = (name: string, value: number, value24?: number): Target => ({
  work: name,
  goal: atMostTimes(value, 'raw'),
  ...(value24 !== undefined && { goal24: atMostTimes(value24, 'raw') }),
  figure: figureOf(name, timesRaw),
})

const over = (name: string, value: number, peer: string): Target => ({
  work: name,
  goal: atLeastTimes(value, `the rate of ${peer}`),
  figure: figureOf(
    name,
    rateOverPeers((measured) => measured.name === peer),
  ),
})

const overAll = (name: string, value = 1 - tolerance): Target => ({
  work: name,
  goal: atLeastTimes(value, 'the rate of the best peer'),
  figure: figureOf(
    name,
    rateOverPeers(() => true),
  ),
})

const together = (name: string, goal: Goal, figure: (ours: Measured) => number): Target => ({
  work: `${name}, 64 at once`,
  goal,
  figure: figureOf(name, (_, ours) => figure(ours)),
})

const noSlowerTogether = (name: string): Target =>
  together(name, atMostTimes(1 + tolerance, 'one after the other'), ({ sequential, together: { wall } }) =>
    ratioOfRounds(wall, sequential.wall),
  )

/** Refusing a proof by another key, in shares of verifying one with a key that is new. */
const foreignKey: Target = {
  work: 'DPoP, a foreign key refused',
  goal: atMostTimes(0.2, 'DPoP, a new key'),
  figure: ({ primitives }) => {
    const [refusing, verifying] = ['DPoP, a foreign key refused', 'DPoP, a new key'].map((name) => {
      const from = primitives.find((measured) => measured.name === name)
      return from && oursOf(from)
    })
    return refusing && verifying && timeRatio(refusing, verifying)
  },
}

/** The figures to reach without a server. */
export const caseTargets: readonly Target[] = [
  raw('verify HS256', 2.2),
  over('verify HS256', 1.4, 'fast-jwt'),
  ...['RS256', 'PS256', 'ES256', 'EdDSA'].flatMap((alg) => [
    raw(`verify ${alg}`, 1.12),
    overAll(`verify ${alg}`),
  ]),
  ...['HS256', 'RS256', 'ES256'].map((alg) => over(`same token again ${alg}`, 3, 'fast-jwt cache')),
  raw('DPoP, a known key', 1.15),
  raw('DPoP, a new key', 1.15),
  foreignKey,
  raw('decrypt dir', 2.3),
  over('decrypt dir', 2, 'jose 5'),
  over('decrypt dir', 8, 'jose 6'),
  raw('decrypt A256KW', 1.4),
  raw('decrypt RSA-OAEP-256', 1.06),
  ...['P-256', 'X25519'].flatMap((curve) => [
    raw(`decrypt ECDH-ES (${curve})`, 1.3, 2),
    over(`decrypt ECDH-ES (${curve})`, 1.4, 'jose 5'),
  ]),
  ...['dir', 'A256KW', 'RSA-OAEP-256', 'ECDH-ES (P-256)', 'ECDH-ES (X25519)'].flatMap((name) => [
    raw(`encrypt ${name}`, name === 'dir' ? 2.2 : 1.4),
    overAll(`encrypt ${name}`, 1),
  ]),
  raw('open HS256 in dir', 2.2),
  raw('open RS256 in RSA-OAEP-256', 1.06),
  raw('open ES256 in ECDH-ES (P-256)', 1.5),
  ...['HS256 in dir', 'RS256 in RSA-OAEP-256', 'ES256 in ECDH-ES (P-256)'].map((nesting) =>
    over(`open ${nesting}`, 1.5, 'jose 5'),
  ),
  overAll('issue HS256', 1.4),
  ...['RS256', 'ES256', 'EdDSA'].flatMap((alg) => [raw(`issue ${alg}`, 1.1), overAll(`issue ${alg}`)]),
  ...['HS256', 'RS256', 'PS256', 'ES256', 'EdDSA'].map((alg) => noSlowerTogether(`verify ${alg}`)),
  together('decrypt RSA-OAEP-256', atLeastTimes(1.2, 'a core in use'), ({ together: { wall, cpu } }) =>
    median(cpu.map((time, round) => time / (wall[round] ?? Number.NaN))),
  ),
]

import { decodeUnverified } from '@sealbearer/core/jose'
import { collectGarbage } from '../../measure/heap.js'
import { inMemory, inRedis } from '../setup.js'
import { betterAuth } from './better-auth.js'
import { oidcProvider } from './oidc-provider.js'
import { ours } from './ours.js'
import { audience, type Listening, listen } from './token-endpoint.js'

/** What one library does at its token endpoint. */
export interface PeerFigures {
  readonly title: string
  readonly place: string
  /** Renewals a second of one client, one after the other, and of 50 clients. */
  readonly oneClient: number
  readonly manyClients: number
  /** Microseconds of processor time that a renewal of these takes, with its client: other work does not lengthen them. */
  readonly processorTime: number
}

interface Run {
  readonly perSecond: number
  readonly processorTime: number
}

async function next({ renew, peer }: Listening, refreshToken: string): Promise<string> {
  const { refresh_token, error } = await renew(refreshToken)
  if (refresh_token === undefined) throw new Error(`${peer.title} did not renew: ${error}`)
  return refresh_token
}

/** @throws {Error} unless it does the work: an access token of the same form, and a refresh token that changes. */
async function prove(listening: Listening): Promise<void> {
  const { peer, renew } = listening
  const first = await peer.newToken()
  const { access_token = '', refresh_token } = await renew(first)
  const { protectedHeader, claims } = decodeUnverified(access_token) ?? {}
  const isOfForm = protectedHeader?.['alg'] === 'ES256' && claims?.['aud'] === audience
  const lives = Number(claims?.['exp']) - Number(claims?.['iat'])
  if (!isOfForm || lives !== 900) throw new Error(`${peer.title} issues another access token`)
  if (refresh_token === undefined || refresh_token === first) {
    throw new Error(`${peer.title} does not rotate`)
  }
  await next(listening, refresh_token)
  const replayed = await renew(first)
  if (replayed.error !== 'invalid_grant') throw new Error(`${peer.title} accepts a token of two renewals ago`)
}

async function measure(listening: Listening, clients: number, rounds: number): Promise<Run> {
  const tokens = await Promise.all(Array.from({ length: clients }, () => listening.peer.newToken()))
  collectGarbage()
  const [start, used] = [performance.now(), process.cpuUsage()]
  await Promise.all(
    tokens.map(async (token) => {
      let current = token
      for (let i = 0; i < rounds; i++) current = await next(listening, current)
    }),
  )
  const { user, system } = process.cpuUsage(used)
  const count = clients * rounds
  return { perSecond: (count * 1000) / (performance.now() - start), processorTime: (user + system) / count }
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

/** Measures all in turn, so that a busy moment meets each of them. */
export async function peerFigures(share: number, redisUrl?: string): Promise<readonly PeerFigures[]> {
  const all = await Promise.all([
    listen(() => ours(inMemory())),
    listen((origin) => oidcProvider(origin)),
    listen(betterAuth),
    ...(redisUrl === undefined
      ? []
      : [
          listen(async () => ours(await inRedis(redisUrl))),
          listen((origin) => oidcProvider(origin, redisUrl)),
        ]),
  ])
  const rounds = (usual: number): number => Math.max(1, Math.round(usual * share))
  for (const listening of all) {
    await prove(listening)
    await measure(listening, 5, rounds(50))
  }
  const runs = new Map(all.map((listening) => [listening, { one: [] as Run[], many: [] as Run[] }]))
  for (let i = 0; i < 3; i++) {
    for (const [listening, { one, many }] of runs) {
      one.push(await measure(listening, 1, rounds(500)))
      many.push(await measure(listening, 50, rounds(20)))
    }
  }
  const figures: PeerFigures[] = []
  for (const [listening, { one, many }] of runs) {
    const { title, place } = listening.peer
    const of = (runs: readonly Run[], figure: keyof Run): number => median(runs.map((run) => run[figure]))
    figures.push({
      ...{ title, place, oneClient: of(one, 'perSecond'), manyClients: of(many, 'perSecond') },
      processorTime: of(many, 'processorTime'),
    })
    await listening.close()
  }
  return figures
}

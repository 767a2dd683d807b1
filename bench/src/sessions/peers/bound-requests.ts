import { once } from 'node:events'
import { Agent, createServer, type RequestListener, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { type ClientKey, clientKey, signedProof } from '../../material/proofs.js'
import { collectGarbage } from '../../measure/heap.js'
import { median } from '../../measure/statistics.js'
import {
  type BoundPeer,
  betterAuthResource,
  oidcProviderResource,
  ourResource,
  thumbprintOf,
} from './bound-peers.js'

/** What requests with bound tokens and proofs take at one library. */
export interface BoundFigures {
  readonly title: string
  readonly oneClient: number
  readonly manyClients: number
  /** Microseconds of processor time of a request, with its client. */
  readonly processorTime: number
}

interface Sender {
  readonly token: string
  readonly key: ClientKey
}

interface Listening {
  readonly peer: BoundPeer
  newSender(): Promise<Sender>
  /** Signs a proof for the resource. */
  prove(sender: Sender): string
  send(token: string, proof: string): Promise<number>
  close(): void
}

async function listen(create: (origin: string) => Promise<BoundPeer>): Promise<Listening> {
  let listener: RequestListener | undefined
  const server = createServer((incoming, outgoing) => listener?.(incoming, outgoing))
  server.keepAliveTimeout = 600_000
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  // A server on TCP has an address of this kind.
  const { port } = server.address() as AddressInfo
  const origin = `http://127.0.0.1:${port}`
  const peer = await create(origin)
  listener = peer.listener
  const agent = new Agent({ keepAlive: true })
  return {
    peer,
    async newSender() {
      const key = clientKey()
      return { key, token: await peer.newToken(thumbprintOf({ ...key.jwk })) }
    },
    prove: ({ key, token }) => signedProof(key, token, { htu: origin + peer.path }),
    async send(token, proof) {
      const headers = { Authorization: `DPoP ${token}`, DPoP: proof }
      const sent = request({ port, host: '127.0.0.1', path: peer.path, agent, headers })
      sent.end()
      const [response] = await once(sent, 'response')
      await text(response)
      return response.statusCode
    },
    close() {
      agent.destroy()
      server.closeAllConnections()
      server.close()
    },
  }
}

/** @throws {Error} unless it accepts a proof once, and no other proof. */
async function proveWork({ peer, newSender, prove, send }: Listening): Promise<void> {
  const sender = await newSender()
  const proof = prove(sender)
  const stolen = prove({ token: sender.token, key: clientKey() })
  const statuses = [await send(sender.token, proof), await send(sender.token, proof)]
  statuses.push(await send(sender.token, stolen), await send(sender.token, prove(await newSender())))
  if (statuses.join() !== '200,401,401,401') throw new Error(`${peer.title} answers ${statuses}`)
}

interface Run {
  readonly perSecond: number
  readonly processorTime: number
}

async function measure(listening: Listening, clients: number, rounds: number): Promise<Run> {
  const senders = await Promise.all(Array.from({ length: clients }, () => listening.newSender()))
  const proofs = senders.map((sender) => Array.from({ length: rounds }, () => listening.prove(sender)))
  collectGarbage()
  const [start, used] = [performance.now(), process.cpuUsage()]
  await Promise.all(
    senders.map(async ({ token }, i) => {
      for (const proof of proofs[i] ?? []) {
        const status = await listening.send(token, proof)
        if (status !== 200) throw new Error(`${listening.peer.title} answers ${status}`)
      }
    }),
  )
  const { user, system } = process.cpuUsage(used)
  const count = clients * rounds
  return { perSecond: (count * 1000) / (performance.now() - start), processorTime: (user + system) / count }
}

/** Measures all in turn, so that a busy moment meets each of them. */
export async function boundFigures(share: number): Promise<readonly BoundFigures[]> {
  const all = await Promise.all([ourResource, oidcProviderResource, betterAuthResource].map(listen))
  const rounds = (usual: number): number => Math.max(1, Math.round(usual * share))
  for (const listening of all) {
    await proveWork(listening)
    await measure(listening, 5, rounds(50))
  }
  const runs = all.map(() => ({ one: [] as Run[], many: [] as Run[] }))
  for (let i = 0; i < 3; i++) {
    for (const [at, listening] of all.entries()) {
      runs[at]?.one.push(await measure(listening, 1, rounds(500)))
      runs[at]?.many.push(await measure(listening, 50, rounds(20)))
    }
  }
  return all.map(({ peer: { title }, close }, at) => {
    close()
    const { one = [], many = [] } = runs[at] ?? {}
    return {
      title,
      oneClient: median(one.map(({ perSecond }) => perSecond)),
      manyClients: median(many.map(({ perSecond }) => perSecond)),
      processorTime: median(many.map(({ processorTime }) => processorTime)),
    }
  })
}

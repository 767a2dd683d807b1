import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

export interface LoadInput {
  readonly port: number
  /** @default '/' */
  readonly path?: string
  /** Sent in turn, one a request. */
  readonly tokens: readonly string[]
  readonly milliseconds: number
  readonly connections: number
}

/** What a server answered under load. */
export interface Load {
  readonly requests: number
  readonly seconds: number
  /** Share of its core that this client needed: near 1 it measured itself. */
  readonly clientCpu: number
}

const requestOf = (port: number, path: string, token: string): Buffer =>
  Buffer.from(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${token}\r\n\r\n`)

/** The length of the first response, head and body; `undefined` while it is not whole. */
function responseLength(received: string): number | undefined {
  const head = received.indexOf('\r\n\r\n')
  if (head === -1) return undefined
  const length = /\r\ncontent-length: *(\d+)\r\n/i.exec(received.slice(0, head + 2))?.[1]
  if (length === undefined) throw new Error('an answer without Content-Length')
  const whole = head + 4 + Number(length)
  return received.length >= whole ? whole : undefined
}

/** Sends one request after the other on a connection, each when the last is answered. */
function converse(
  socket: Socket,
  nextRequest: () => Buffer | undefined,
  onAnswer: () => void,
): Promise<void> {
  const { promise, resolve, reject } = deferred()
  let received = ''
  const send = (): void => {
    const request = nextRequest()
    if (request === undefined) socket.end(resolve)
    else socket.write(request)
  }
  socket.setEncoding('latin1')
  socket.setNoDelay(true)
  socket.on('error', reject)
  socket.on('close', () => reject(new Error('the server hung up')))
  socket.on('data', (chunk: string) => {
    received += chunk
    try {
      if (responseLength(received) === undefined) return
    } catch (error) {
      reject(error)
      socket.destroy()
      return
    }
    if (received.startsWith('HTTP/1.1 200 ')) {
      received = ''
      onAnswer()
      send()
      return
    }
    reject(new Error(`the server answered ${received.slice(0, received.indexOf('\r'))}`))
    socket.destroy()
  })
  send()
  return promise
}

function deferred(): { promise: Promise<void>; resolve(): void; reject(error: unknown): void } {
  let settle: Pick<ReturnType<typeof deferred>, 'resolve' | 'reject'> | undefined
  const promise = new Promise<void>((resolve, reject) => {
    settle = { resolve, reject }
  })
  return { promise, resolve: () => settle?.resolve(), reject: (error) => settle?.reject(error) }
}

/** Keeps a server on loopback busy over some connections for a while, and counts the answers. */
export async function load({
  port,
  path = '/',
  tokens,
  milliseconds,
  connections,
}: LoadInput): Promise<Load> {
  const requests = tokens.map((token) => requestOf(port, path, token))
  const sockets = Array.from({ length: connections }, () => connect(port, '127.0.0.1'))
  try {
    await Promise.all(sockets.map((socket) => once(socket, 'connect')))
    const cpu = process.cpuUsage()
    const start = performance.now()
    const end = start + milliseconds
    let [sent, answered] = [0, 0]
    const nextRequest = (): Buffer | undefined =>
      performance.now() < end ? requests[sent++ % requests.length] : undefined
    await Promise.all(sockets.map((socket) => converse(socket, nextRequest, () => answered++)))
    const seconds = (performance.now() - start) / 1000
    const { user, system } = process.cpuUsage(cpu)
    return { requests: answered, seconds, clientCpu: (user + system) / 1e6 / seconds }
  } finally {
    for (const socket of sockets) socket.destroy()
  }
}

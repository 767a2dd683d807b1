import { once } from 'node:events'
import { connect } from 'node:net'
import type { HeaderList } from '../conformance-case.js'
import type { WireRequest, WireResponse } from '../target.js'

/**
 * Sends a request over a socket of its own, written here byte by byte: the clients of the runtimes differ in
 * what they do to headers that repeat.
 */
export async function sendRaw(port: number, wire: WireRequest): Promise<WireResponse> {
  const { method, target, headers, body = '' } = wire
  const length: HeaderList =
    method === 'GET' || method === 'HEAD' ? [] : [['Content-Length', String(Buffer.byteLength(body))]]
  const closing: HeaderList = headers.some(([name]) => name === 'Connection') ? [] : [['Connection', 'close']]
  const lines = [...headers, ...closing, ...length].map(([name, value]) => `${name}: ${value}\r\n`)
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  socket.write(Buffer.from(`${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n`, 'latin1'))
  socket.write(body)
  const chunks: Uint8Array[] = []
  for await (const chunk of socket) {
    chunks.push(chunk)
    if (isComplete(Buffer.concat(chunks), method)) break
  }
  socket.destroy()
  return responseOf(Buffer.concat(chunks))
}

function splitHead(bytes: Buffer): readonly [head: string, rest: Buffer] | undefined {
  const end = bytes.indexOf('\r\n\r\n')
  return end === -1 ? undefined : [bytes.subarray(0, end).toString('latin1'), bytes.subarray(end + 4)]
}

const headersOf = (head: string): HeaderList =>
  head
    .split('\r\n')
    .slice(1)
    .map((line) => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
    })

const headerOf = (headers: HeaderList, name: string): string | undefined =>
  headers.find(([other]) => other === name)?.[1]

/** An upgrade keeps its connection open. */
function isComplete(bytes: Buffer, method: string): boolean {
  const [head, rest] = splitHead(bytes) ?? []
  if (head === undefined || rest === undefined) return false
  const headers = headersOf(head)
  if (method === 'HEAD') return true
  if (headerOf(headers, 'transfer-encoding') === 'chunked') return rest.includes('0\r\n\r\n')
  const length = headerOf(headers, 'content-length')
  return length !== undefined && rest.length >= Number(length)
}

function responseOf(bytes: Buffer): WireResponse {
  const [head = '', rest = Buffer.alloc(0)] = splitHead(bytes) ?? []
  const headers = headersOf(head)
  const chunked = headerOf(headers, 'transfer-encoding') === 'chunked'
  const body = rest.toString()
  return {
    status: Number(head.split(' ')[1]),
    headers,
    body: chunked ? [...body.matchAll(/[0-9a-f]+\r\n([^\r]*)\r\n/g)].map(([, text]) => text).join('') : body,
  }
}

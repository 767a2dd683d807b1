import { once } from 'node:events'
import { request as httpRequest, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http'
import type { AddressInfo, Server } from 'node:net'
import { onTestFinished } from 'vitest'

/** What came back over HTTP. */
export interface Answer {
  readonly status: number | undefined
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

/** Sends a request to an app on loopback. */
export type Send<App, Result> = (
  app: App,
  path: string,
  headers?: OutgoingHttpHeaders,
  method?: string,
) => Promise<Result>

/** Asks the apps of one framework. */
export interface Client<App> {
  readonly send: Send<App, Answer>
  readonly statusOf: Send<App, Answer['status']>
}

/**
 * Unlike fetch, it can send a header twice.
 *
 * @param serve A server of the app. One that does not listen yet is started, and closed with the test.
 */
export function createClient<App>(serve: (app: App) => Server | Promise<Server>): Client<App> {
  const send: Send<App, Answer> = async (app, path, headers = {}, method = 'GET') => {
    const server = await serve(app)
    if (!server.listening) await listen(server)
    // A server on TCP has an address of this kind.
    const { port } = server.address() as AddressInfo
    const request = httpRequest({
      host: '127.0.0.1',
      port,
      path,
      method,
      headers,
      agent: false,
      auth: null,
    }).end()
    const [incoming] = await once(request, 'response')
    const text = Buffer.concat(await incoming.toArray()).toString()
    return { status: incoming.statusCode, headers: incoming.headers, text }
  }
  return { send, statusOf: async (...request) => (await send(...request)).status }
}

async function listen(server: Server): Promise<void> {
  server.listen(0, '127.0.0.1')
  onTestFinished(() => {
    server.close()
  })
  await once(server, 'listening')
}

import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { request } from 'node:https'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fromHeader } from '@sealbearer/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  clientIdentity,
  createCertificateAuthenticator,
  otherIdentity,
  serverIdentity,
  type TlsIdentity,
  tokenBoundTo,
} from './certificates.js'
import { frameworks } from './servers.js'

function hasNginx(): boolean {
  try {
    execFileSync('nginx', ['-v'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

async function freePort(): Promise<number> {
  const server = createTcpServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  // A server on TCP has an address of this kind.
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** A proxy that asks clients for certificates, and accepts those that no authority has signed (RFC 8705 §2.2). */
const configuration = (folder: string, port: number, upstream: number): string => `
daemon off;
master_process off;
pid ${folder}/pid;
error_log stderr warn;
events {}
http {
  access_log off;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  large_client_header_buffers 4 16k;
  server {
    listen 127.0.0.1:${port} ssl;
    ssl_certificate ${folder}/server.crt;
    ssl_certificate_key ${folder}/server.key;
    ssl_verify_client optional_no_ca;
    location / {
      proxy_pass http://127.0.0.1:${upstream};
      proxy_set_header X-Client-Cert $ssl_client_escaped_cert;
    }
  }
}
`

async function statusOf(
  port: number,
  token: string,
  identity?: TlsIdentity,
  more: Readonly<Record<string, string>> = {},
): Promise<number> {
  const client = request({
    ...{ host: '127.0.0.1', port, path: '/orders', agent: false, rejectUnauthorized: false },
    ...(identity && { key: identity.key, cert: identity.cert }),
    headers: { authorization: `Bearer ${token}`, ...more },
  })
  client.end()
  const [response] = await once(client, 'response')
  response.resume()
  return response.statusCode
}

describe.skipIf(!hasNginx()).each(Object.entries(frameworks))(
  'behind nginx, which has to be installed: %s',
  (_, framework) => {
    let folder: string
    let nginx: ChildProcess
    let port: number
    const server = createServer()

    beforeAll(async () => {
      const clientCertificate = fromHeader('X-Client-Cert', {
        format: 'nginx',
        trusted: (address) => address.endsWith('127.0.0.1'),
      })
      server.on('request', await framework(createCertificateAuthenticator(clientCertificate)))
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      folder = mkdtempSync(join(tmpdir(), 'sealbearer-nginx-'))
      writeFileSync(join(folder, 'server.crt'), serverIdentity.cert)
      writeFileSync(join(folder, 'server.key'), serverIdentity.key)
      port = await freePort()
      // A server on TCP has an address of this kind.
      const { port: upstream } = server.address() as AddressInfo
      writeFileSync(join(folder, 'nginx.conf'), configuration(folder, port, upstream))
      nginx = spawn('nginx', ['-c', join(folder, 'nginx.conf'), '-p', folder], { stdio: 'ignore' })
      const token = await tokenBoundTo(undefined)
      for (let attempt = 0; ; attempt++) {
        const isUp = await statusOf(port, token).then(
          () => true,
          () => false,
        )
        if (isUp) return
        if (attempt > 50) throw new Error('nginx does not answer')
        await sleep(100)
      }
    })

    afterAll(async () => {
      const ended = once(nginx, 'exit')
      nginx.kill()
      await ended
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      rmSync(folder, { recursive: true })
    })

    test('a token is accepted with its certificate alone', async () => {
      const bound = await tokenBoundTo(clientIdentity.thumbprint)
      const unbound = await tokenBoundTo(undefined)
      // The proxy overwrites what clients send under the name of its header.
      const forged = { 'X-Client-Cert': encodeURIComponent(clientIdentity.cert) }
      expect({
        right: await statusOf(port, bound, clientIdentity),
        other: await statusOf(port, bound, otherIdentity),
        none: await statusOf(port, bound),
        forged: await statusOf(port, bound, undefined, forged),
        forgedBesideAnother: await statusOf(port, bound, otherIdentity, forged),
        unbound: await statusOf(port, unbound),
      }).toEqual({ right: 200, other: 401, none: 401, forged: 401, forgedBesideAnother: 401, unbound: 200 })
    })
  },
)

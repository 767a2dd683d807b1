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

/** The longest certificate that the map below reads, in lines of PEM: that of an RSA key has about 20. */
const lines = Array.from({ length: 40 }, (_, i) => `line_${i}`)

/** How nginx passes on a certificate. */
const forms: Readonly<Record<'nginx' | 'rfc9440', { readonly http: string; readonly header: string }>> = {
  nginx: { http: '', header: '$ssl_client_escaped_cert' },
  // It has no variable in this form, so the lines of the PEM are joined.
  rfc9440: {
    http: `map $ssl_client_raw_cert $first_line {
      "~^-+BEGIN CERTIFICATE-+\\n(?<line_0>[^-\\n]+)\\n${lines
        .slice(1)
        .map((name) => `(?:(?<${name}>[^-\\n]+)\\n)?`)
        .join('')}" $line_0;
    }`,
    header: `":$first_line${lines
      .slice(1)
      .map((name) => `$${name}`)
      .join('')}:"`,
  },
}

/** A proxy that asks clients for certificates, and accepts those that no authority has signed (RFC 8705 §2.2). */
const configuration = (
  { http, header }: (typeof forms)['nginx'],
  folder: string,
  port: number,
  upstream: number,
): string => `
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
  ${http}
  server {
    listen 127.0.0.1:${port} ssl;
    ssl_certificate ${folder}/server.crt;
    ssl_certificate_key ${folder}/server.key;
    ssl_verify_client optional_no_ca;
    location / {
      proxy_pass http://127.0.0.1:${upstream};
      proxy_set_header X-Client-Cert ${header};
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

const { cert } = clientIdentity
const forgedValues: Readonly<Record<keyof typeof forms, string>> = {
  nginx: encodeURIComponent(cert),
  rfc9440: `:${cert.replace(/-----[A-Z ]+-----|\s/g, '')}:`,
}

// A list of names of this file.
const formats = Object.keys(forms) as (keyof typeof forms)[]
const behind = Object.entries(frameworks).flatMap(([name, framework]) =>
  formats.map((format) => ({ name, framework, format })),
)

describe.skipIf(!hasNginx()).each(behind)(
  'behind nginx, which has to be installed: $name, in the format $format',
  ({ framework, format }) => {
    let folder: string
    let nginx: ChildProcess
    let port: number
    const server = createServer()

    beforeAll(async () => {
      const clientCertificate = fromHeader('X-Client-Cert', {
        format,
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
      writeFileSync(join(folder, 'nginx.conf'), configuration(forms[format], folder, port, upstream))
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
      const forged = { 'X-Client-Cert': forgedValues[format] }
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

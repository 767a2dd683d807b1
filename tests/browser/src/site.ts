import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createReadStream, existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'

const docs = new URL('../../../docs/', import.meta.url)

/** Where the site is built to. */
export const dist: URL = new URL('.vitepress/dist/', docs)

const mediaTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
  '.woff2': 'font/woff2',
}

/** Builds the site, as `npm run docs` does after the packages. @throws where VitePress finds a dead link. */
export function buildSite(): void {
  const { status, stdout, stderr } = spawnSync(process.execPath, [fileURLToPath(new URL('run.js', docs))], {
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`the site could not be built\n${stdout}\n${stderr}`)
}

/** The file of an address, as GitHub Pages finds it. */
export function fileOf(pathname: string): URL | undefined {
  const path = decodeURIComponent(pathname.slice(1))
  const names = path === '' || path.endsWith('/') ? [`${path}index.html`] : [`${path}.html`, path]
  return names
    .map((name) => new URL(name, dist))
    .find((file) => existsSync(file) && extname(file.pathname) !== '')
}

/** Serves what was built. */
export async function serveSite(): Promise<{ readonly url: string; close(): void }> {
  const server = createServer((request, response) => {
    const file = fileOf(new URL(request.url ?? '/', 'http://localhost').pathname)
    if (file === undefined) {
      response.writeHead(404).end()
      return
    }
    response.writeHead(200, {
      'content-type': mediaTypes[extname(file.pathname)] ?? 'application/octet-stream',
    })
    createReadStream(file).pipe(response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  // A server on TCP has an address of this kind.
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}

/** The source of axe-core, which runs in the page. */
export const axeSource = (): string =>
  readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8')

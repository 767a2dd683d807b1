import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { compile } from './compile.js'

/** The program of a README, running in a process of its own. */
export interface RunningReadme {
  readonly url: string
  /** A token with the scope `orders:read`. */
  readonly reader: string
  /** A token without any scope. */
  readonly stranger: string
  stop(): Promise<void>
}

/**
 * Compiles the `ts` blocks of a README, in order, as one module of their package, and runs it. The module
 * has to make `key`, an ES256 key of https://auth.example.com for https://api.example.com, and a server on
 * port 3000.
 *
 * @param server Expression for the Node server that the program listens with.
 */
export async function runReadme(readme: URL, server: string): Promise<RunningReadme> {
  const folder = new URL('reports/readme/', readme)
  await mkdir(folder, { recursive: true })
  await writeFile(new URL('example.ts', folder), program(await readFile(readme, 'utf8'), server))
  await compile(folder)

  const child = spawn(process.execPath, [fileURLToPath(new URL('out/example.js', folder))], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  const firstLine = once(createInterface({ input: child.stdout }), 'line')
  const [said] = await Promise.race([firstLine, ended.then(() => [])])
  if (said === undefined) throw new Error(`${readme.pathname}: its program ended before it served`)
  return {
    ...JSON.parse(said),
    async stop() {
      child.kill()
      await ended
    },
  }
}

const program = (readme: string, server: string): string => {
  const blocks = [...readme.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) => code)
  if (blocks.length === 0) throw new Error('the README has no ts block')
  // Tests take any port that is free.
  return `${blocks.join('\n').replaceAll('3000', '0')}
import { createIssuer as issuerFor } from '@sealbearer/core'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'

const served = ${server}
if (!served.listening) await once(served, 'listening')
const { issue } = issuerFor({
  issuer: 'https://auth.example.com',
  audience: 'https://api.example.com',
  typ: 'at+jwt',
  lifetime: '5m',
  signature: { algorithm: 'ES256', keys: key },
})
const reader = await issue({ sub: 'user_123', scope: 'orders:read' })
const stranger = await issue({ sub: 'user_456' })
const { port } = served.address() as AddressInfo
console.log(JSON.stringify({ url: \`http://127.0.0.1:\${port}\`, reader: reader.token, stranger: stranger.token }))
`
}

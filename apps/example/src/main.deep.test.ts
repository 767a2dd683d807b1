import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, test } from 'vitest'
import { attempts } from './tour/attempts.js'
import { sections } from './tour/sections.js'

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url))
const running = new Set<ChildProcess>()

interface Run {
  readonly child: ChildProcess
  readonly output: () => string
  readonly exitCode: Promise<number | null>
}

/** Runs the built program; `nodeArguments` come before it. */
function run(
  args: readonly string[],
  env: Record<string, string>,
  nodeArguments: readonly string[] = [],
): Run {
  const child = spawn(process.execPath, [...nodeArguments, main, ...args], {
    env: { ...process.env, ...env },
  })
  running.add(child)
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text))
  const exitCode = once(child, 'close').then(([code]: (number | null)[]) => {
    running.delete(child)
    return code ?? null
  })
  return { child, exitCode, output: () => output }
}

afterEach(() => {
  for (const child of running) child.kill('SIGKILL')
})

async function untilPrinted({ child, output }: Run, text: string): Promise<void> {
  while (!output().includes(text) && child.stdout !== null) await once(child.stdout, 'data')
}

test('--once ends with 0 after a tour in which every outcome was the expected one', async () => {
  const { exitCode, output } = run(['--once'], { PORT: '0' })
  expect(await exitCode).toBe(0)
  const total = attempts.length * 12
  expect(output()).toContain(`${total} of ${total} outcomes are the expected ones`)
  expect(output()).not.toContain('curl')
  const sums = [...output().matchAll(/(\d+) of (\d+) outcomes/g)].map(([, good, all]) => [good, all])
  expect(sums).toHaveLength(1 + sections.length)
  for (const [good, all] of sums) expect(good).toBe(all)
})

test('--once ends with 1 when one outcome was not the expected one', async () => {
  // The program is the real one; only what comes in over the network is not: one refusal arrives as a welcome.
  const lie = `const real = globalThis.fetch
    globalThis.fetch = (url, init) => new URL(url).pathname === '/me' && !globalThis.told && (init?.headers?.Authorization === undefined)
      ? ((globalThis.told = true), Promise.resolve(Response.json({ form: 'signed' })))
      : real(url, init)`
  const preload = `data:text/javascript,${encodeURIComponent(lie)}`
  const { exitCode, output } = run(['--once'], { PORT: '0' }, ['--import', preload])
  expect(await exitCode).toBe(1)
  const total = attempts.length * 12
  expect(output()).toContain(`${total - 1} of ${total} outcomes are the expected ones`)
  expect(output()).toContain('! fastify, signed, no token: 200 instead of 401')
})

test('without --once the servers stay up and the curl lines lead to them, until SIGTERM', async () => {
  const tour = run([], { PORT: '0' })
  await untilPrinted(tour, 'jwks.json\n')
  const urls = [...new Set(tour.output().match(/http:\/\/127\.0\.0\.1:\d+/g))]
  expect(urls).toHaveLength(6)
  for (const url of urls.slice(1, 5)) {
    expect(await (await fetch(`${url}/`)).text()).toContain('<title>Orders</title>')
  }
  tour.child.kill('SIGTERM')
  expect(await tour.exitCode).toBe(0)
})

test('an interrupted tour ends at once and is no success', async () => {
  const tour = run(['--once'], { PORT: '0' })
  await untilPrinted(tour, 'token service')
  tour.child.kill('SIGINT')
  expect(await tour.exitCode).toBe(1)
  expect(tour.output()).not.toContain('outcomes')
})

test('a taken port is no reason to fail', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  // It listens on TCP.
  const { port } = other.address() as AddressInfo
  const tour = run(['--once'], { PORT: String(Math.min(port, 65_530)) })
  await untilPrinted(tour, 'Users')
  expect(tour.output()).toMatch(/token service\s+\S+\s+\(its own port was taken\)/)
  other.close()
})

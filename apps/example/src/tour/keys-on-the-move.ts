import { setTimeout as pause } from 'node:timers/promises'
import type { Example } from '../example.js'
import { logInForToken } from './log-in.js'
import { askAll, type Scene } from './scene.js'

/** Longer than a key is published before its first use, so that each rotation takes effect immediately. */
const roundMilliseconds = 1_250
/** Servers that failed to load keys pause before they try again. */
const maxRoundMilliseconds = 5_000

interface Round {
  readonly title: string
  readonly begin: (example: Example) => Promise<void> | void
}

const rounds: readonly Round[] = [
  { title: 'nothing happens', begin: () => {} },
  { title: 'the keys rotate', begin: ({ keys }) => keys.signing.rotate() },
  {
    title: 'the key endpoint goes down, the keys rotate',
    begin({ keys, keyEndpoint }) {
      keyEndpoint.isDown = true
      return keys.signing.rotate()
    },
  },
  {
    title: 'it is back, and the servers find out',
    begin({ keyEndpoint }) {
      keyEndpoint.isDown = false
    },
  },
  { title: 'the keys rotate', begin: ({ keys }) => keys.signing.rotate() },
]

/**
 * Ben keeps logging in, and sends his newest tokens and his first one, while the keys change. The notes name the
 * signing key, the longest time of a response, and the number of failed loads of keys.
 */
export async function keysOnTheMove(example: Example): Promise<readonly Scene[]> {
  const first = await logInForToken(example, { username: 'ben', form: 'signed' })
  const kids: string[] = []
  const scenes: Scene[] = []
  for (const round of rounds) {
    await round.begin(example)
    const scene = await play(example, round.title, first)
    const kid = activeKid(example)
    if (!kids.includes(kid)) kids.push(kid)
    scenes.push({ ...scene, note: `key ${kids.indexOf(kid) + 1}, ${scene.note}` })
  }
  return scenes
}

async function play(example: Example, title: string, first: string): Promise<Scene> {
  const answers: Record<keyof Scene['answers'], number[]> = { fastify: [], koa: [], hono: [], express: [] }
  const start = performance.now()
  const mayEnd = (): boolean => {
    const elapsed = performance.now() - start
    return elapsed >= (isInformed(example) ? roundMilliseconds : maxRoundMilliseconds)
  }
  let longest = 0
  do {
    const signed = await logInForToken(example, { username: 'ben', form: 'signed' })
    const nested = await logInForToken(example, { username: 'ben', form: 'nested' })
    for (const token of [signed, nested, first]) {
      const asked = performance.now()
      const statuses = await askAll(example, token)
      longest = Math.max(longest, performance.now() - asked)
      answers.fastify.push(statuses.fastify)
      answers.koa.push(statuses.koa)
      answers.hono.push(statuses.hono)
      answers.express.push(statuses.express)
    }
    await pause(20)
  } while (!mayEnd())
  const { failures } = example.policyParts.issuerKeys.status()
  const failed = failures === 0 ? '' : `, ${failures} ${failures === 1 ? 'load' : 'loads'} failed`
  return { title, expected: 200, answers, note: `max ${Math.ceil(longest)} ms${failed}` }
}

/** Whether the servers have every key that is published, unless they cannot ask. */
function isInformed({ keyEndpoint, keys, policyParts }: Example): boolean {
  const { kids } = policyParts.issuerKeys.status()
  return keyEndpoint.isDown || keys.signing.kids().every((kid) => kids.includes(kid))
}

function activeKid({ keys }: Example): string {
  const active = keys.signing.status().find(({ alg, phase }) => alg === 'ES256' && phase === 'active')
  if (active === undefined) throw new Error('the ring has no key for signed tokens')
  return active.kid
}

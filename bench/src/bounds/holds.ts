import { createServer } from 'node:http'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import {
  createExternalKey,
  createRemoteKeySet,
  createVerifier,
  generateKey,
  type JWK,
  type KeySet,
  publicJwks,
} from '@sealbearer/core'
import { encryptJwe, signJws } from '@sealbearer/core/jose'
import { listen } from '../http/listen.js'
import { parties } from '../material/parties.js'
import { answerOf } from './door.js'
import type { MeasuredHold } from './measured-bounds.js'

/** Work that a client can ask for, and how long it may hold up everything else. */
interface Hold {
  readonly title: string
  readonly answer: string
  /** Milliseconds: of one piece of work on the event loop, or of the answer where a function never answers. */
  readonly boundMilliseconds: number
  readonly measures: 'the event loop' | 'the answer'
  readonly run: () => Promise<string>
}

/** What a provider can publish within `maxBytes`. */
function fullSet(make: (index: number) => JWK): string {
  const keys: string[] = []
  for (let size = 12; size < 262_144; ) {
    const text = JSON.stringify(make(keys.length))
    size += text.length + 1
    if (size < 262_144) keys.push(text)
  }
  return `{"keys":[${keys.join()}]}`
}

async function loadOf(document: string | Uint8Array, coding?: string): Promise<string> {
  const server = createServer((_, response) => {
    if (coding !== undefined) response.setHeader('content-encoding', coding)
    response.end(document)
  })
  try {
    const keys = createRemoteKeySet(`http://127.0.0.1:${await listen(server)}/`)
    return await answerOf(() => keys.refresh())
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

const publicJwkOf = async (alg: 'ES256' | 'ES512'): Promise<JWK> =>
  publicJwks(await generateKey(alg)).keys[0] ?? {}

async function imports(): Promise<readonly Hold[]> {
  const shared = { measures: 'the event loop', boundMilliseconds: 100 } as const
  const [p256, p521] = [await publicJwkOf('ES256'), await publicJwkOf('ES512')]
  const { alg: _, use: __, ...open } = p521
  const huge = { kty: 'RSA', n: Buffer.alloc(2_048, 255).toString('base64url'), e: 'AQAB' }
  const sets: readonly (readonly [string, (kid: string) => JWK, string])[] = [
    ['keys on P-256', (kid) => ({ ...p256, kid }), 'let in'],
    ['keys on P-521 without alg', (kid) => ({ ...open, kid }), 'let in'],
    ['points off P-521', (kid) => ({ ...open, y: String(open.x), kid }), 'SB_KEYS_UNAVAILABLE'],
    ['RSA keys of 16,384 bits', (kid) => ({ ...huge, kid }), 'SB_KEYS_UNAVAILABLE'],
  ]
  return sets.map(([title, make, answer]) => ({
    ...shared,
    title: `a published set full of ${title}`,
    answer,
    run: () => loadOf(fullSet((index) => make(String(index)))),
  }))
}

/** A few kilobytes of a provider that unpack to 100 MiB. */
function bombs(): readonly Hold[] {
  const spaces = Buffer.alloc(100 * 2 ** 20, ' ')
  const gzip = gzipSync(spaces)
  const brotli = brotliCompressSync(spaces, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } })
  const codings: readonly (readonly [string, Uint8Array])[] = [
    ['gzip', gzip],
    ['br', brotli],
    ['gzip, gzip', gzipSync(gzip)],
  ]
  return codings.map(([coding, document]) => ({
    title: `a published set of 100 MiB, as ${coding}`,
    answer: 'SB_KEYS_UNAVAILABLE',
    measures: 'the answer',
    boundMilliseconds: 500,
    run: () => loadOf(document, coding),
  }))
}

/** Anyone can encrypt to a public key; each such token needs a key agreement. */
async function agreements(): Promise<readonly Hold[]> {
  const signature = { algorithms: ['ES256'], keys: await generateKey('ES256') } as const
  const policy = { keyManagement: 'ECDH-ES', contentEncryption: 'A256GCM' } as const
  return Promise.all(
    (['P-384', 'P-521'] as const).map(async (crv) => {
      const key = await generateKey('ECDH-ES', { crv })
      const encryption = { keyManagement: ['ECDH-ES'], contentEncryption: ['A256GCM'], keys: key } as const
      const verifier = createVerifier({ ...parties, cache: false, signature, encryption })
      const tokens = await Promise.all(
        Array.from({ length: 100 }, () =>
          encryptJwe(new TextEncoder().encode('x'), { ...policy, key, protectedHeader: { cty: 'JWT' } }),
        ),
      )
      return {
        title: `a hundred encrypted tokens on ${crv} at once`,
        answer: 'SB_TOKEN_MALFORMED',
        // Each import of an ephemeral key is on the event loop, the agreement is not.
        boundMilliseconds: 150,
        measures: 'the event loop',
        async run() {
          const answers = await Promise.all(tokens.map((token) => answerOf(() => verifier.verify(token))))
          return [...new Set(answers)].join()
        },
      } as const
    }),
  )
}

/** Functions of the application's own. */
async function silences(): Promise<readonly Hold[]> {
  const never = (): Promise<never> => new Promise(() => undefined)
  const external = await createExternalKey({
    alg: 'ES256',
    publicJwk: await publicJwkOf('ES256'),
    sign: never,
    timeout: 0.1,
  })
  const keys: KeySet = { generation: 0, timeout: 0.1, select: never }
  const verifier = createVerifier({ ...parties, signature: { algorithms: ['ES256'], keys } })
  const token = await signJws(new TextEncoder().encode('{}'), {
    algorithm: 'ES256',
    key: await generateKey('ES256'),
    protectedHeader: { typ: parties.typ },
  })
  const shared = { answer: 'SB_KEYS_UNAVAILABLE', measures: 'the answer', boundMilliseconds: 300 } as const
  return [
    {
      ...shared,
      title: 'an external key that never signs, with a timeout of 100 ms',
      run: () => answerOf(() => signJws(new Uint8Array(), { algorithm: 'ES256', key: external })),
    },
    {
      ...shared,
      title: 'a key set that never answers, with a timeout of 100 ms',
      run: () => answerOf(() => verifier.verify(token)),
    },
  ]
}

/** The longest time between two turns of the event loop while work is done. */
async function longestTurn(
  work: () => Promise<string>,
): Promise<{ answer: string; held: number; took: number }> {
  let last = performance.now()
  const began = last
  let held = 0
  let isDone = false
  const turn = (): void => {
    const now = performance.now()
    held = Math.max(held, now - last)
    last = now
    if (!isDone) setImmediate(turn)
  }
  setImmediate(turn)
  const answer = await work()
  isDone = true
  await new Promise((resolve) => setImmediate(resolve))
  return { answer, held, took: performance.now() - began }
}

const rounds = 3

/** Measures how long others can hold up a process; the best of some rounds, since the first compiles. */
export async function measureHolds(
  say: (title: string) => void = () => {},
): Promise<readonly MeasuredHold[]> {
  const measured: MeasuredHold[] = []
  for (const hold of [...(await imports()), ...bombs(), ...(await agreements()), ...(await silences())]) {
    const { title, answer, measures, boundMilliseconds, run } = hold
    say(title)
    let milliseconds = Number.POSITIVE_INFINITY
    for (let round = 0; round < rounds; round++) {
      const turn = await longestTurn(run)
      if (turn.answer !== answer) throw new Error(`${title}: ${turn.answer}`)
      milliseconds = Math.min(milliseconds, measures === 'the answer' ? turn.took : turn.held)
    }
    measured.push({ title, answer, measures, milliseconds, boundMilliseconds })
  }
  return measured
}

import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { createVerifier, generateKey } from '@sealbearer/core'
import { encryptJwe } from '@sealbearer/core/jose'
import { parties } from '../material/parties.js'
import { answerOf } from './door.js'
import type { Hold } from './hold.js'
import { keySetHolds, loadOf } from './key-set-holds.js'
import type { MeasuredHold } from './measured-bounds.js'
import { silences } from './silences.js'

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

const usualRounds = 3

/** Measures how long others can hold up a process; the best of some rounds, since the first compiles. */
export async function measureHolds(
  say: (title: string) => void = () => {},
): Promise<readonly MeasuredHold[]> {
  const measured: MeasuredHold[] = []
  for (const hold of [...(await keySetHolds()), ...bombs(), ...(await agreements()), ...(await silences())]) {
    const { title, answer, measures, boundMilliseconds, rounds = usualRounds, run } = hold
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

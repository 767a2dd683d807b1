import { createVerifier } from '@sealbearer/core'
import { fastJwtReader } from '../contenders/fast-jwt.js'
import { verifierOptions } from '../contenders/sealbearer.js'
import { claimsOf, subjectOf } from '../material/claims.js'
import { signedToken } from '../material/sign.js'
import { type SignatureKey, signatureKey } from '../material/signature-key.js'
import { collectGarbage } from '../measure/heap.js'

/** Who reads the tokens. */
export const memoryReaders = ['sealbearer', 'sealbearer, cache: false', 'fast-jwt cache'] as const

export interface MemoryInput {
  readonly reader: (typeof memoryReaders)[number]
  /** Tokens that are read, none twice. */
  readonly tokens: number
}

/** What is left when all tokens have been read and the garbage collected. */
export interface MemoryUse extends MemoryInput {
  readonly heapBytes: number
  readonly residentBytes: number
}

async function readerOf(name: MemoryInput['reader'], key: SignatureKey): Promise<(token: string) => unknown> {
  if (name === 'fast-jwt cache') {
    const { bind } = fastJwtReader(key, true)
    return (token) => bind([token])(0)
  }
  const verifier = createVerifier(
    await verifierOptions(key, undefined, name === 'sealbearer' ? 'default' : false),
  )
  return (token) => verifier.verify(token)
}

/** Reads so many tokens, each once, in a process that has read only few before. */
export async function measureMemory({ reader, tokens }: MemoryInput): Promise<MemoryUse> {
  const key = signatureKey('HS256')
  const read = await readerOf(reader, key)
  const readAll = async (from: number, count: number): Promise<void> => {
    for (let index = from; index < from + count; index++) {
      await read(signedToken(claimsOf(subjectOf(index)), key))
    }
  }
  await readAll(0, 100)
  collectGarbage()
  const before = process.memoryUsage()
  await readAll(100, tokens)
  collectGarbage()
  const after = process.memoryUsage()
  return {
    reader,
    tokens,
    heapBytes: after.heapUsed + after.external - before.heapUsed - before.external,
    residentBytes: after.rss - before.rss,
  }
}

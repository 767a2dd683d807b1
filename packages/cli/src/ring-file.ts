import { type Algorithm, createKeyRing, createMemoryStore, type KeyRing } from '@sealbearer/core'
import type { KeyRingStore } from '@sealbearer/core/key-ring'
import { createFileStore } from '@sealbearer/core/key-ring/file'
import { CommandError } from './exit-codes.js'

/** A stored key, as `createKeyRing` writes it; core validates it when the ring is opened. */
interface StoredKey {
  readonly kty?: string
  readonly alg?: string
  readonly enc?: string
  readonly crv?: string
  readonly n?: string
  readonly d?: string
  readonly k?: string
  readonly use?: string
  readonly ring?: { readonly trustFor?: number; readonly activeUntil?: number }
}

interface StoredText {
  readonly keys: readonly StoredKey[]
  readonly lead: number
  readonly name: string | undefined
}

/** Whether a text is a key ring, sealed or not. */
export function isRingText(text: string): boolean {
  if (/^[\w-]+\.[\w-]*\.[\w-]+\.[\w-]+\.[\w-]+\s*$/.test(text)) return true
  try {
    const { keys } = JSON.parse(text)
    return Array.isArray(keys) && keys.some((key) => typeof key?.ring === 'object')
  } catch {
    return false
  }
}

/** The store of a ring's file, sealed if there is a passphrase. */
export const ringStore = (path: string, passphrase: string | undefined): KeyRingStore =>
  createFileStore(path, passphrase === undefined ? {} : { passphrase })

/** Opens a copy of a ring in memory, for reading: the file may not be writable. */
export async function ringCopy(store: KeyRingStore): Promise<KeyRing> {
  const stored = await store.load()
  const copy = createMemoryStore()
  // openRing throws if there is none.
  if (stored !== undefined) await copy.save(stored.text, undefined)
  return openRing(copy)
}

/**
 * Opens an existing ring with its own algorithms and times: a manual rotation must not shorten the times that the
 * service has promised.
 */
export async function openRing(store: KeyRingStore): Promise<KeyRing> {
  const stored = await store.load()
  if (stored === undefined)
    throw new CommandError('file', 'there is no key ring; create one with keygen --ring')
  const { keys, lead, name } = readStored(stored.text)
  const current = keys.filter(({ ring }) => ring?.activeUntil === undefined)
  if (current.some(({ d, k }) => d === undefined && k === undefined)) {
    throw new CommandError(
      'usage',
      'this ring keeps its private keys elsewhere; rotate it from the service that has them',
    )
  }
  const rows = new Map(current.map((key) => [`${key.alg} ${key.enc}`, key]))
  const step = Math.min(1, lead || 1)
  const trust = Math.max(
    ...keys.map(({ use, ring }) => (ring?.trustFor ?? 0) - (use === 'enc' ? lead - step : 0)),
  )
  return createKeyRing({
    keys: [...rows.values()].map(rowOf),
    maxTokenLifetime: Math.max(trust - step, step),
    maxAge: Math.max(lead - step, 0),
    reloadEvery: step,
    clockTolerance: 0,
    ...(name !== undefined && { name }),
    store,
  })
}

function readStored(text: string): StoredText {
  try {
    const { keys, lead, name }: StoredText = JSON.parse(text)
    if (Array.isArray(keys) && keys.length > 0 && typeof lead === 'number') return { keys, lead, name }
  } catch {
    // Reported below: the parser's own message would contain the ring.
  }
  throw new CommandError(
    'ring',
    'this is not a key ring, or it is sealed: use --passphrase-file or SEALBEARER_PASSPHRASE',
  )
}

function rowOf({
  kty,
  alg,
  enc,
  crv,
  n,
  use,
}: StoredKey): Parameters<typeof createKeyRing>[0]['keys'][number] {
  const modulusLength = n === undefined ? undefined : Math.floor((n.length * 6) / 8) * 8
  // createKeyRing checks each of these values.
  return {
    alg: alg as Algorithm,
    ...(enc !== undefined && { enc }),
    ...(kty !== 'RSA' && use === 'enc' && crv !== undefined && { crv }),
    ...(modulusLength !== undefined && { modulusLength }),
  } as { alg: Algorithm }
}

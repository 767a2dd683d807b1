import type { JWK } from 'jose'
import { SealbearerError } from '../errors.js'
import { publicMembersOf } from '../keys/jwk.js'
import { createKey, type Key, keyMaterial } from '../keys/key.js'
import { withinTime } from '../time.js'
import { adoptedJwk, type KeySource, openJwk, ownKeySource } from './key-source.js'
import type { PinnedRingOptions, RingRow } from './options.js'
import type { Series } from './plan.js'
import type { RingEntry } from './ring-state.js'
import type { OpenedKey } from './view.js'

/**
 * The same key, restricted to the operations for accepting tokens. Only the active key of a ring can therefore sign or
 * encrypt.
 */
export function trustOnly(key: Key): Key {
  const { operations, publicJwk } = keyMaterial(key)
  const { verify, decrypt } = operations
  return createKey(key, {
    operations: { ...(verify && { verify }), ...(decrypt && { decrypt }) },
    publicJwk,
    exportableJwk: undefined,
  })
}

/** The rows of a ring, prepared to create and open keys. */
export interface RingSeries {
  readonly series: readonly Series[]
  readonly open: (entry: RingEntry) => Promise<OpenedKey>
}

/** Prepares the rows of a ring's options. @throws {TypeError} for an initial key that is not extractable. */
export async function ringSeries({ rows, trustFor }: PinnedRingOptions): Promise<RingSeries> {
  const sources = new Map(rows.map((row) => [row.id, sourceOf(row)]))
  const series = await Promise.all(
    rows.map(async (row) => ({
      id: row.id,
      use: row.use,
      trustFor: trustFor[row.use],
      create: async () => described(await sourceOf(row).create(), row),
      initial: row.initial && described(await adoptedJwk(row.initial), row),
      publicHalf: (jwk: JWK) => (row.source === undefined && jwk.kty !== 'oct' ? publicMembersOf(jwk) : jwk),
    })),
  )
  return {
    series,
    async open({ jwk, series: id }) {
      const active = await (sources.get(id)?.open(jwk) ?? openJwk(jwk))
      return { active, trusted: trustOnly(active) }
    },
  }
}

/** Seconds. Requests may wait for a key that is created elsewhere, but not indefinitely. */
const maxWait = 60

const unavailable = (): SealbearerError => new SealbearerError('SB_KEYS_UNAVAILABLE')

const inTime = (source: KeySource): KeySource => ({
  create: () => withinTime(maxWait, unavailable, () => source.create()),
  open: (jwk) => withinTime(maxWait, unavailable, () => source.open(jwk)),
})

function sourceOf({ alg, enc, crv, modulusLength, source }: RingRow): KeySource {
  if (source !== undefined) return inTime(source)
  return ownKeySource(alg, {
    ...(enc !== undefined && { enc }),
    ...(crv !== undefined && { crv }),
    ...(modulusLength !== undefined && { modulusLength }),
  })
}

function described(jwk: JWK, { alg, enc, use }: RingRow): RingEntry['jwk'] {
  if (typeof jwk !== 'object' || jwk === null || typeof jwk.kid !== 'string' || jwk.kid === '') {
    throw new TypeError('keys: create() of a source must resolve to a JWK with a kid')
  }
  return { ...jwk, kid: jwk.kid, alg, use, ...(enc !== undefined && { enc }) }
}

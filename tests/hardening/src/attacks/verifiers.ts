import type {
  ContentEncryptionAlgorithm,
  KeyManagementAlgorithm,
  SignatureAlgorithm,
} from '#core/crypto/algorithms.js'
import { createVerifier } from '#core/jwt/verifier.js'
import type { Keys } from '#core/keys/key.js'
import { audience, issuer, now } from '#core-test-kit/parties.js'
import { testKey, testPublicKey } from '#core-test-kit/test-keys.js'
import { untyped } from '#core-test-kit/untyped.js'
import type { Policy, TokenVerifier } from './attack.js'

/** One verifier for all attacks on a policy: what it remembers of the twins must not help the next attack. */
export const once = (make: Policy): Policy => {
  let made: Promise<TokenVerifier> | undefined
  return () => {
    made ??= make()
    return made
  }
}

const base = { issuer, audience, typ: 'at+jwt', now }

/** A verifier for tokens of one issuer, for one audience, with one `typ`. */
export const verifier = (options: object): TokenVerifier => createVerifier(untyped({ ...base, ...options }))

/** Takes signed tokens. */
export const signedBy =
  (
    algorithms: readonly SignatureAlgorithm[],
    keys: () => Promise<Keys> | Keys,
    options: object = {},
  ): Policy =>
  async () =>
    verifier({ signature: { algorithms, keys: await keys() }, ...options })

const signature = async () => ({ algorithms: ['HS256'], keys: await testKey('HS256') })
const sealing = async (options: object = {}) => ({
  keyManagement: ['dir'],
  contentEncryption: ['A256GCM'],
  keys: await testKey('dir', { first: 100 }),
  ...options,
})

export const hs256 = (options: object = {}): Policy =>
  once(async () => verifier({ signature: await signature(), ...options }))
export const encrypted = (options: object = {}): Policy =>
  once(async () => verifier({ encryption: await sealing(), ...options }))
export const nestedIn = (encryption: object = {}, options: object = {}): Policy =>
  once(async () =>
    verifier({ signature: await signature(), encryption: await sealing(encryption), ...options }),
  )

export const HS256: Policy = hs256()
/** With room for what is longer than the default lets in. */
export const roomy: Policy = hs256({ maxTokenSize: 1_000_000 })
export const dir: Policy = encrypted()
export const nestedDir: Policy = nestedIn()
export const nestedClaim: Policy = nestedIn({ nesting: { claim: 'token' } })

export const publicKeyPolicy = (alg: SignatureAlgorithm): Policy =>
  once(signedBy([alg], () => testPublicKey(alg)))
export const RS256: Policy = publicKeyPolicy('RS256')
export const ES256: Policy = publicKeyPolicy('ES256')

/** Takes tokens signed with HS256 in encrypted tokens of another kind. */
export const nestedUnder = (
  alg: KeyManagementAlgorithm,
  enc: ContentEncryptionAlgorithm = 'A256GCM',
  crv?: string,
): Policy =>
  once(async () =>
    verifier({
      signature: await signature(),
      encryption: {
        keyManagement: [alg],
        contentEncryption: [enc],
        keys: await testKey(alg, { first: 100, enc, ...(crv !== undefined && { crv }) }),
      },
    }),
  )

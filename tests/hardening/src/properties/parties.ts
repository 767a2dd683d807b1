import type { Key, Verifier } from '#core/index.js'
import { bytes, pem, pemNameFor } from '#core-test-kit/test-keys.js'
import { untyped } from '#core-test-kit/untyped.js'
import type { Library } from './libraries.js'
import type { PolicyModel, Setup } from './models.js'

/** The secret of both sides, or an attacker's. */
export function secretFor(alg: string, enc: string | undefined, isAttacker = false): Uint8Array<ArrayBuffer> {
  const size =
    enc === 'A256CBC-HS512' && alg === 'dir' ? 64 : alg.startsWith('A128') ? 16 : alg === 'HS512' ? 64 : 32
  return bytes(size, isAttacker ? 200 : 3)
}

/** Signs and seals as a setup says, with keys that a verifier trusts, or an attacker's. */
export class Party {
  readonly library: Library
  readonly #keys = new Map<string, Promise<Key>>()
  readonly #verifiers = new Map<string, Promise<Verifier>>()
  readonly #now: () => Date

  constructor(library: Library, now: () => Date) {
    this.library = library
    this.#now = now
  }

  #key(alg: string, enc: string | undefined, crv: string | undefined, isAttacker: boolean): Promise<Key> {
    const name = JSON.stringify([alg, enc, crv, isAttacker])
    let key = this.#keys.get(name)
    if (key === undefined) {
      const options = untyped({ alg, ...(enc !== undefined && { enc }) })
      key = this.#make(alg, enc, crv, isAttacker, options)
      this.#keys.set(name, key)
    }
    return key
  }

  #make(
    alg: string,
    enc: string | undefined,
    crv: string | undefined,
    isAttacker: boolean,
    options: never,
  ): Promise<Key> {
    const pemName = pemNameFor(untyped(alg), crv)
    if (pemName === undefined) {
      return this.library.importKey(secretFor(alg, enc, isAttacker), options)
    }
    if (isAttacker && !pemName.startsWith('rsa')) {
      return this.library.generateKey(
        untyped(alg),
        untyped({ ...(crv !== undefined && { crv }), kid: 'attacker' }),
      )
    }
    return this.library.importKey(pem(`${pemName}.pkcs8`), options)
  }

  signingKey(setup: Setup, isAttacker = false): Promise<Key> {
    return this.#key(setup.alg, undefined, undefined, isAttacker)
  }

  sealingKey({ keyManagement, enc, crv }: Setup, isAttacker = false): Promise<Key> {
    return this.#key(keyManagement, keyManagement === 'dir' ? enc : undefined, crv, isAttacker)
  }

  async write(setup: Setup, claims: object, header: object, isAttacker = false): Promise<string> {
    const { signJws, encryptJwe } = this.library
    const encode = (text: string): Uint8Array => new TextEncoder().encode(text)
    const sign = async (): Promise<string> =>
      signJws(encode(JSON.stringify(claims)), {
        algorithm: setup.alg,
        key: await this.signingKey(setup, isAttacker),
        protectedHeader: untyped(header),
      })
    const seal = async (content: string, protectedHeader: object): Promise<string> =>
      encryptJwe(encode(content), {
        keyManagement: setup.keyManagement,
        contentEncryption: setup.enc,
        key: await this.sealingKey(setup, isAttacker),
        protectedHeader: untyped(protectedHeader),
      })
    if (setup.form === 'signed') return sign()
    if (setup.form === 'encrypted') return seal(JSON.stringify(claims), header)
    if (setup.form === 'nested') return seal(await sign(), { cty: 'JWT' })
    return seal(JSON.stringify({ token: await sign() }), {})
  }

  /** One verifier for all tokens of a setup and a policy, so that it has much to remember. */
  verifier(setup: Setup, policy: PolicyModel, cache: boolean): Promise<Verifier> {
    const name = JSON.stringify([setup, policy, cache])
    let verifier = this.#verifiers.get(name)
    if (verifier === undefined) {
      verifier = this.#newVerifier(setup, policy, cache)
      this.#verifiers.set(name, verifier)
    }
    return verifier
  }

  async #newVerifier(setup: Setup, policy: PolicyModel, cache: boolean): Promise<Verifier> {
    const { form, alg, keyManagement, enc } = setup
    const signature = { algorithms: [alg], keys: await this.signingKey(setup) }
    const encryption = {
      keyManagement: [keyManagement],
      contentEncryption: [enc],
      keys: await this.sealingKey(setup),
    }
    return this.library.createVerifier(
      untyped({
        ...policy,
        now: this.#now,
        ...(cache ? {} : { cache: false }),
        ...(form !== 'encrypted' && { signature }),
        ...(form === 'encrypted' || form === 'nested' ? { encryption } : {}),
        ...(form === 'claim' && { encryption: { ...encryption, nesting: { claim: 'token' } } }),
      }),
    )
  }
}

/** The claims and header of an accepted token, or the code that it was refused with. */
export async function outcomeOf(verifier: Verifier, token: string): Promise<unknown> {
  try {
    const { claims, form, protectedHeader, encryptionHeader } = await verifier.verify(token)
    return { claims, form, protectedHeader, encryptionHeader }
  } catch (error) {
    if (error instanceof Error && error.name === 'SealbearerError' && 'code' in error) {
      return { code: error.code, parameter: 'parameter' in error ? error.parameter : undefined }
    }
    throw error
  }
}

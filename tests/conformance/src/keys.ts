import { importKey, type Key } from '@sealbearer/core'
import { exportJWK, generateKeyPair, type JWK, type CryptoKey as PortableKey } from 'jose'

/** A key as the policies hold it, and as tokens are made with it by hand. */
export interface TestPair {
  readonly kid: string
  /** For policies; both halves. */
  readonly key: Key
  readonly privateKey: PortableKey
  readonly publicKey: PortableKey
  readonly publicJwk: JWK
}

/** A shared secret likewise. */
interface TestSecret {
  readonly kid: string
  readonly key: Key
  readonly bytes: Uint8Array<ArrayBuffer>
}

/** Every key of the conformance cases. Made at run time, so that no key is ever in the repository. */
export interface Keys {
  /** Signs for the issuer. */
  readonly signing: TestPair
  /** Signs for the partner, under the same `kid` as the issuer's. */
  readonly partner: TestPair
  /** Trusted by nobody, though it calls itself by the issuer's `kid`. */
  readonly attacker: TestPair
  /** Clients', who sign proofs with them. */
  readonly client: TestPair
  readonly otherClient: TestPair
  readonly hmac: TestSecret
  readonly direct: TestSecret
  /** As long as `direct`, of the same `kid`, trusted by nobody. */
  readonly attackersDirect: TestSecret
  readonly wrapping: TestSecret
  readonly agreement: TestPair
  readonly rsa: TestPair
  /** Another recipient's. */
  readonly attackersRsa: TestPair
}

type PairAlgorithm = 'ES256' | 'ECDH-ES' | 'RSA-OAEP-256'
type SecretAlgorithm = 'HS256' | 'dir' | 'A256KW'

async function pair(alg: PairAlgorithm, kid: string): Promise<TestPair> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
  const key = await importKey(await exportJWK(privateKey), { alg, kid })
  return { kid, key, privateKey, publicKey, publicJwk: await exportJWK(publicKey) }
}

async function secret(alg: SecretAlgorithm, kid: string): Promise<TestSecret> {
  const bytes = crypto.getRandomValues(new Uint8Array(32))
  const key = await importKey(bytes, { alg, kid, ...(alg === 'dir' && { enc: 'A256GCM' }) })
  return { kid, key, bytes }
}

/** Makes all keys anew. */
export async function createKeys(): Promise<Keys> {
  return {
    signing: await pair('ES256', 'signed-1'),
    partner: await pair('ES256', 'signed-1'),
    attacker: await pair('ES256', 'signed-1'),
    client: await pair('ES256', 'client-1'),
    otherClient: await pair('ES256', 'client-2'),
    hmac: await secret('HS256', 'shared-1'),
    direct: await secret('dir', 'encrypted-1'),
    attackersDirect: await secret('dir', 'encrypted-1'),
    wrapping: await secret('A256KW', 'wrapping-1'),
    agreement: await pair('ECDH-ES', 'agreement-1'),
    rsa: await pair('RSA-OAEP-256', 'recipient-1'),
    attackersRsa: await pair('RSA-OAEP-256', 'recipient-1'),
  }
}

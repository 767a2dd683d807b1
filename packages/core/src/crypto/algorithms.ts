/** Key types of RFC 7518 §6, RFC 8037 §2 and RFC 9964 §3. */
type KeyType = 'oct' | 'RSA' | 'EC' | 'OKP' | 'AKP'

/** Supported curves of RFC 7518 §6.2.1.1 and RFC 8037 §3. */
export type Curve = 'P-256' | 'P-384' | 'P-521' | 'Ed25519' | 'X25519'

/** Bytes of one coordinate, by curve. */
export const coordinateBytes: Readonly<Record<Curve, number>> = {
  'P-256': 32,
  'P-384': 48,
  'P-521': 66,
  Ed25519: 32,
  X25519: 32,
}

type Hash = 'SHA-1' | 'SHA-256' | 'SHA-384' | 'SHA-512'

/** `alg` values of a JWS. */
export type SignatureAlgorithm =
  | `${'HS' | 'RS' | 'PS' | 'ES'}${'256' | '384' | '512'}`
  | 'EdDSA'
  | 'Ed25519'
  | `ML-DSA-${'44' | '65' | '87'}`

export interface SignatureRow {
  readonly kty: readonly [KeyType]
  readonly curves?: readonly Curve[]
  readonly hash?: Hash
  /** RFC 7518 §3.2: an HMAC key is at least as long as the hash. */
  readonly minSecretBytes?: number
  /** Signature length in bytes; an RSA signature is as long as its modulus. */
  readonly signatureBytes?: number
  /** RFC 9964 §5: the length of a public key of type AKP, whose format its algorithm determines. */
  readonly publicKeyBytes?: number
  /** RFC 7518 §3.5: the salt of RSASSA-PSS is as long as the hash. */
  readonly saltBytes?: number
  /** The name of the algorithm in WebCrypto. */
  readonly webCrypto: string
}

const hmac = { kty: ['oct'], webCrypto: 'HMAC' } as const
const rsaPkcs1 = { kty: ['RSA'], webCrypto: 'RSASSA-PKCS1-v1_5' } as const
const rsaPss = { kty: ['RSA'], webCrypto: 'RSA-PSS' } as const
const ecdsa = { kty: ['EC'], webCrypto: 'ECDSA' } as const
const ed25519 = { kty: ['OKP'], curves: ['Ed25519'], signatureBytes: 64, webCrypto: 'Ed25519' } as const

/** RFC 7518 §3.1, RFC 8037 §3.1, RFC 9864 §2.2, RFC 9964 §5. */
export const signatureAlgorithms: Readonly<Record<SignatureAlgorithm, SignatureRow>> = {
  HS256: { ...hmac, hash: 'SHA-256', minSecretBytes: 32, signatureBytes: 32 },
  HS384: { ...hmac, hash: 'SHA-384', minSecretBytes: 48, signatureBytes: 48 },
  HS512: { ...hmac, hash: 'SHA-512', minSecretBytes: 64, signatureBytes: 64 },
  RS256: { ...rsaPkcs1, hash: 'SHA-256' },
  RS384: { ...rsaPkcs1, hash: 'SHA-384' },
  RS512: { ...rsaPkcs1, hash: 'SHA-512' },
  PS256: { ...rsaPss, hash: 'SHA-256', saltBytes: 32 },
  PS384: { ...rsaPss, hash: 'SHA-384', saltBytes: 48 },
  PS512: { ...rsaPss, hash: 'SHA-512', saltBytes: 64 },
  ES256: { ...ecdsa, curves: ['P-256'], hash: 'SHA-256', signatureBytes: 64 },
  ES384: { ...ecdsa, curves: ['P-384'], hash: 'SHA-384', signatureBytes: 96 },
  ES512: { ...ecdsa, curves: ['P-521'], hash: 'SHA-512', signatureBytes: 132 },
  EdDSA: ed25519,
  Ed25519: ed25519,
  'ML-DSA-44': { kty: ['AKP'], publicKeyBytes: 1312, signatureBytes: 2420, webCrypto: 'ML-DSA-44' },
  'ML-DSA-65': { kty: ['AKP'], publicKeyBytes: 1952, signatureBytes: 3309, webCrypto: 'ML-DSA-65' },
  'ML-DSA-87': { kty: ['AKP'], publicKeyBytes: 2592, signatureBytes: 4627, webCrypto: 'ML-DSA-87' },
}

/** `alg` values of a JWE that require a shared secret: only its holders can encrypt. */
export type SymmetricKeyManagementAlgorithm = 'dir' | `A${'128' | '192' | '256'}${'KW' | 'GCMKW'}`

/** `alg` values of a JWE. */
export type KeyManagementAlgorithm =
  | SymmetricKeyManagementAlgorithm
  | `RSA-OAEP${'' | '-256' | '-384' | '-512'}`
  | `ECDH-ES${'' | '+A128KW' | '+A192KW' | '+A256KW'}`

/** How the content encryption key (CEK) reaches the recipient (RFC 7516 §2). */
type KeyManagementMode = 'direct' | 'AES-KW' | 'AES-GCM' | 'RSA-OAEP' | 'ECDH-ES'

export interface KeyManagementRow {
  readonly kty: readonly KeyType[]
  readonly curves?: readonly Curve[]
  readonly mode: KeyManagementMode
  /** Bytes of the AES key that wraps the CEK; absent for ECDH-ES, where the agreed key is the CEK. */
  readonly wrappingBytes?: 16 | 24 | 32
  readonly hash?: Hash
}

const aesKw = { kty: ['oct'], mode: 'AES-KW' } as const
const aesGcm = { kty: ['oct'], mode: 'AES-GCM' } as const
const rsaOaep = { kty: ['RSA'], mode: 'RSA-OAEP' } as const
const ecdhEs = { kty: ['EC', 'OKP'], curves: ['P-256', 'P-384', 'P-521', 'X25519'], mode: 'ECDH-ES' } as const

/** RFC 7518 §4.1, RFC 8037 §3.2. */
export const keyManagementAlgorithms: Readonly<Record<KeyManagementAlgorithm, KeyManagementRow>> = {
  'RSA-OAEP': { ...rsaOaep, hash: 'SHA-1' },
  'RSA-OAEP-256': { ...rsaOaep, hash: 'SHA-256' },
  'RSA-OAEP-384': { ...rsaOaep, hash: 'SHA-384' },
  'RSA-OAEP-512': { ...rsaOaep, hash: 'SHA-512' },
  'ECDH-ES': ecdhEs,
  'ECDH-ES+A128KW': { ...ecdhEs, wrappingBytes: 16 },
  'ECDH-ES+A192KW': { ...ecdhEs, wrappingBytes: 24 },
  'ECDH-ES+A256KW': { ...ecdhEs, wrappingBytes: 32 },
  A128KW: { ...aesKw, wrappingBytes: 16 },
  A192KW: { ...aesKw, wrappingBytes: 24 },
  A256KW: { ...aesKw, wrappingBytes: 32 },
  A128GCMKW: { ...aesGcm, wrappingBytes: 16 },
  A192GCMKW: { ...aesGcm, wrappingBytes: 24 },
  A256GCMKW: { ...aesGcm, wrappingBytes: 32 },
  dir: { kty: ['oct'], mode: 'direct' },
}

/** `enc` values of a JWE. */
export type ContentEncryptionAlgorithm =
  | `A${'128' | '192' | '256'}GCM`
  | 'A128CBC-HS256'
  | 'A192CBC-HS384'
  | 'A256CBC-HS512'

interface ContentEncryptionRow {
  readonly keyBytes: number
  readonly ivBytes: number
  readonly tagBytes: number
}

/** RFC 7518 §5.1. */
export const contentEncryptionAlgorithms: Readonly<Record<ContentEncryptionAlgorithm, ContentEncryptionRow>> =
  {
    A128GCM: { keyBytes: 16, ivBytes: 12, tagBytes: 16 },
    A192GCM: { keyBytes: 24, ivBytes: 12, tagBytes: 16 },
    A256GCM: { keyBytes: 32, ivBytes: 12, tagBytes: 16 },
    'A128CBC-HS256': { keyBytes: 32, ivBytes: 16, tagBytes: 16 },
    'A192CBC-HS384': { keyBytes: 48, ivBytes: 16, tagBytes: 24 },
    'A256CBC-HS512': { keyBytes: 64, ivBytes: 16, tagBytes: 32 },
  }

/** `alg` values a key can have. */
export type Algorithm = SignatureAlgorithm | KeyManagementAlgorithm

/** Properties common to all algorithms: key type and, if it depends on them, curves. */
export const algorithms: Readonly<Record<Algorithm, Pick<KeyManagementRow, 'kty' | 'curves'>>> = {
  ...signatureAlgorithms,
  ...keyManagementAlgorithms,
}

/** Registered algorithms that are rejected on purpose, and why. */
const refusedAlgorithms: Readonly<Record<string, string>> = {
  none: 'an unsecured JWT is not authenticated (RFC 8725 §3.2)',
  Ed448: 'few runtimes have it; use Ed25519',
  RSA1_5: 'PKCS #1 v1.5 padding allows padding-oracle attacks (RFC 8725 §3.2); use RSA-OAEP-256',
  'PBES2-HS256+A128KW': 'the token controls the cost of decrypting it; use deriveKey for strong secrets',
  'PBES2-HS384+A192KW': 'the token controls the cost of decrypting it; use deriveKey for strong secrets',
  'PBES2-HS512+A256KW': 'the token controls the cost of decrypting it; use deriveKey for strong secrets',
}

export const isSignatureAlgorithm = (alg: unknown): alg is SignatureAlgorithm =>
  typeof alg === 'string' && Object.hasOwn(signatureAlgorithms, alg)

/** Whether signatures with this algorithm are verified with a public key. */
export const isAsymmetric = (alg: unknown): alg is SignatureAlgorithm =>
  isSignatureAlgorithm(alg) && signatureAlgorithms[alg].kty[0] !== 'oct'

export const isKeyManagementAlgorithm = (alg: unknown): alg is KeyManagementAlgorithm =>
  typeof alg === 'string' && Object.hasOwn(keyManagementAlgorithms, alg)

export const isAlgorithm = (alg: unknown): alg is Algorithm =>
  isSignatureAlgorithm(alg) || isKeyManagementAlgorithm(alg)

export const isContentEncryptionAlgorithm = (enc: unknown): enc is ContentEncryptionAlgorithm =>
  typeof enc === 'string' && Object.hasOwn(contentEncryptionAlgorithms, enc)

/** Whether a JWE with this algorithm requires a shared secret, and thus comes from one of its holders. */
export const isSymmetricKeyManagement = (
  alg: KeyManagementAlgorithm,
): alg is SymmetricKeyManagementAlgorithm => keyManagementAlgorithms[alg].kty.includes('oct')

/** Bytes of a public key of type AKP; `undefined` for algorithms of other key types. */
export const akpKeyBytes = (alg: Algorithm): number | undefined =>
  isSignatureAlgorithm(alg) ? signatureAlgorithms[alg].publicKeyBytes : undefined

/** The `use` of keys for an algorithm (RFC 7517 §4.2). */
export const useOf = (alg: Algorithm): 'sig' | 'enc' => (isSignatureAlgorithm(alg) ? 'sig' : 'enc')

/** Validates an `alg` or `enc` option, and states why a registered one is rejected. */
export function algorithmOption<A extends string>(
  option: string,
  value: unknown,
  isKnown: (value: unknown) => value is A,
  known: object,
): A {
  if (isKnown(value)) return value
  const reason =
    typeof value === 'string' && Object.hasOwn(refusedAlgorithms, value) && refusedAlgorithms[value]
  throw new TypeError(
    reason
      ? `${option}: "${value}" is refused: ${reason}`
      : `${option}: must be one of ${Object.keys(known).join(', ')}`,
  )
}

/** Validates a policy's list of algorithms. */
export function pinnedAlgorithms<A extends string>(
  option: string,
  value: unknown,
  isKnown: (value: unknown) => value is A,
  known: object,
): ReadonlySet<A> {
  if (!Array.isArray(value) || value.length === 0) {
    throw new TypeError(`${option}: list at least one of ${Object.keys(known).join(', ')}`)
  }
  return new Set(Array.from(value, (alg) => algorithmOption(option, alg, isKnown, known)))
}

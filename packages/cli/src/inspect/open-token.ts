import type { ContentEncryptionAlgorithm, KeyManagementAlgorithm, SignatureAlgorithm } from '@sealbearer/core'
import { isSealbearerError } from '@sealbearer/core'
import { isJsonObject } from '@sealbearer/core/internal'
import { decryptJwe, verifyJws } from '@sealbearer/core/jose'
import { type InspectedToken, inspectToken } from './inspected-token.js'
import type { PastedKey } from './key-text.js'
import { isSignedBy, isSignedByWellKnown, weaknessOf } from './secret-strength.js'

/** The result of trying keys on one layer of a token. */
interface Trial {
  readonly outcome: 'verified' | 'decrypted' | 'wrong key' | 'no key'
  /** The name of the matching key. */
  readonly key?: string
  /** Why the other keys do not match. */
  readonly reasons: readonly string[]
  readonly notes: readonly string[]
  /** Why the secret is too weak. */
  readonly weakness?: string
}

/** A token, or the token inside a nested one. */
export interface Layer {
  /** With the claims of an encrypted token, once it is decrypted. */
  readonly token: InspectedToken
  readonly trial: Trial | undefined
  /** The plaintext, if it is neither a token nor claims. */
  readonly content: string | undefined
}

/** Decrypts and verifies a token as far as the keys allow. Checks no policy. */
export async function openToken(text: string, keys: readonly PastedKey[]): Promise<readonly Layer[]> {
  const token = inspectToken(text)
  if (token === undefined) return []
  if (token.form === 'signed')
    return [{ token, trial: await verified(text, token, keys), content: undefined }]
  const { trial, plaintext, key } = await decrypted(text, token, keys)
  if (plaintext === undefined) return [{ token, trial, content: undefined }]
  const claims = objectIn(plaintext)
  // Claims that contain two dots could look like a token.
  const isToken = claims === undefined && inspectToken(plaintext)?.form === 'signed'
  const outer = { token: { ...token, claims }, trial }
  // A pair that decrypts does not sign.
  const others = keys.filter((one) => one !== key || one.secret !== undefined)
  if (isToken) return [{ ...outer, content: undefined }, ...(await openToken(plaintext, others))]
  return [{ ...outer, content: claims === undefined ? plaintext : undefined }]
}

function objectIn(text: string): InspectedToken['claims'] {
  try {
    const value: unknown = JSON.parse(text)
    return isJsonObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

interface Success {
  readonly plaintext?: string
}

/** Tries keys one after another. */
async function tryKeys(
  keys: readonly PastedKey[],
  kid: unknown,
  attempt: (key: PastedKey) => Promise<Success>,
): Promise<Success & { readonly trial: Trial; readonly key?: PastedKey }> {
  const reasons: string[] = []
  for (const key of keys) {
    try {
      const success = await attempt(key)
      const isOther = key.kid !== undefined && kid !== undefined && key.kid !== kid
      const notes = isOther
        ? ['it fits, but has another "kid" than the token names: verifiers will not find it']
        : []
      const outcome = success.plaintext === undefined ? 'verified' : 'decrypted'
      return { ...success, key, trial: { outcome, key: key.name, reasons, notes } }
    } catch (error) {
      reasons.push(`${key.name}: ${reasonOf(error)}`)
    }
  }
  return { trial: { outcome: keys.length === 0 ? 'no key' : 'wrong key', reasons, notes: [] } }
}

function reasonOf(error: unknown): string {
  if (isSealbearerError(error)) {
    return error.code === 'SB_INTEGRITY_FAILED' ? 'does not fit, or the token was changed' : error.message
  }
  // Core's texts about options and keys, which hold no key material.
  return error instanceof TypeError ? error.message : 'cannot be used'
}

/** Tokens of any size are read. */
const sizeLimit = (token: string): number => Math.max(token.length, 64)

async function verified(
  text: string,
  { protectedHeader: header = {} }: InspectedToken,
  keys: readonly PastedKey[],
): Promise<Trial> {
  const { alg, kid } = header
  const attempt = async (key: PastedKey): Promise<Success> => {
    if (key.secret !== undefined && weaknessOf(key.secret, alg) !== undefined) {
      if (await isSignedBy(text, alg, key.secret)) return {}
    }
    // verifyJws rejects unknown algorithms.
    const algorithm = alg as SignatureAlgorithm
    await verifyJws(text, {
      algorithms: [algorithm],
      keys: await key.for(algorithm, undefined),
      maxTokenSize: sizeLimit(text),
    })
    return {}
  }
  const { trial, key } = await tryKeys(keys, kid, attempt)
  const weakness = (await isSignedByWellKnown(text, alg))
    ? 'it is signed under a secret of tutorials and examples, which everybody knows'
    : key?.secret && weaknessOf(key.secret, alg)
  return { ...trial, ...(weakness !== undefined && { weakness }) }
}

async function decrypted(
  text: string,
  { protectedHeader: header = {} }: InspectedToken,
  keys: readonly PastedKey[],
): ReturnType<typeof tryKeys> {
  // decryptJwe rejects unknown algorithms.
  const [alg, enc] = [header['alg'] as KeyManagementAlgorithm, header['enc'] as ContentEncryptionAlgorithm]
  return tryKeys(keys, header['kid'], async (key) => {
    const { plaintext } = await decryptJwe(text, {
      keyManagement: [alg],
      contentEncryption: [enc],
      keys: await key.for(alg, enc),
      maxTokenSize: sizeLimit(text),
    })
    return { plaintext: new TextDecoder().decode(plaintext) }
  })
}

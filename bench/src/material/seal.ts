import { CompactEncrypt } from 'jose'
import type { EncryptionKey } from './encryption-key.js'
import { parties } from './parties.js'

/** A JWE by jose, which every contender decrypts. */
export const sealedText = (
  text: string,
  { alg, kid, sealing }: EncryptionKey,
  header: { readonly typ?: string; readonly cty?: string },
): Promise<string> =>
  new CompactEncrypt(new TextEncoder().encode(text))
    .setProtectedHeader({ alg, enc: 'A256GCM', kid, ...header })
    .encrypt(sealing)

/** An encrypted token. */
export const encryptedToken = (claims: object, key: EncryptionKey): Promise<string> =>
  sealedText(JSON.stringify(claims), key, { typ: parties.typ })

/** A nested token. */
export const nestedToken = (jws: string, key: EncryptionKey): Promise<string> =>
  sealedText(jws, key, { cty: 'JWT' })

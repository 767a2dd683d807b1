import { CompactEncrypt } from 'jose'
import type { EnvelopeKey } from './envelope-key.js'
import { parties } from './parties.js'

/** A JWE by jose, whose envelopes everyone opens. */
export const sealedText = (
  text: string,
  { alg, kid, sealing }: EnvelopeKey,
  header: { readonly typ?: string; readonly cty?: string },
): Promise<string> =>
  new CompactEncrypt(new TextEncoder().encode(text))
    .setProtectedHeader({ alg, enc: 'A256GCM', kid, ...header })
    .encrypt(sealing)

/** Claims in an envelope. */
export const encryptedToken = (claims: object, key: EnvelopeKey): Promise<string> =>
  sealedText(JSON.stringify(claims), key, { typ: parties.typ })

/** A signed token in an envelope. */
export const nestedToken = (jws: string, key: EnvelopeKey): Promise<string> =>
  sealedText(jws, key, { cty: 'JWT' })

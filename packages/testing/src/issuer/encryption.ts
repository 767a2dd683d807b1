import { generateKey, type TokenForm, type VerifierOptions } from '@sealbearer/core'
import { encryptJwe } from '@sealbearer/core/jose'
import type { Members } from './compact-token.js'

type SignedVerifierOptions = Extract<VerifierOptions, { readonly encryption?: undefined }>

/** The encryption of a form. */
export interface TestEncryption {
  /** Encrypts text for the server; signed tokens stay as they are. */
  encrypt(plaintext: string, header: Members): Promise<string>
  verifierOptions(options: SignedVerifierOptions): VerifierOptions
}

const contentEncryption = 'A256GCM'

/** Creates the encryption of a form, with new keys. @throws {TypeError} for an unknown form */
export async function createEncryption(form: TokenForm): Promise<TestEncryption> {
  const create = Object.hasOwn(forms, form) ? forms[form] : undefined
  if (create === undefined) throw new TypeError(`form: must be one of ${Object.keys(forms).join(', ')}`)
  return create()
}

const forms: Record<TokenForm, () => Promise<TestEncryption>> = {
  async signed() {
    return { encrypt: async (token) => token, verifierOptions: (options) => options }
  },

  async nested() {
    const keyManagement = 'ECDH-ES+A256KW'
    const key = await generateKey(keyManagement, { crv: 'P-256' })
    const encryption = {
      keyManagement: [keyManagement],
      contentEncryption: [contentEncryption],
      keys: key,
    } as const
    return {
      encrypt: (plaintext, protectedHeader) =>
        encryptJwe(Buffer.from(plaintext), { keyManagement, contentEncryption, key, protectedHeader }),
      verifierOptions: (options) => ({ ...options, encryption }),
    }
  },

  async encrypted() {
    const key = await generateKey('dir', { enc: contentEncryption })
    const encryption = { keyManagement: ['dir'], contentEncryption: [contentEncryption], keys: key } as const
    return {
      encrypt: (plaintext, protectedHeader) =>
        encryptJwe(Buffer.from(plaintext), { keyManagement: 'dir', contentEncryption, key, protectedHeader }),
      verifierOptions: ({ signature: _, ...options }) => ({ ...options, encryption }),
    }
  },
}

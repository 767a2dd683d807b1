import * as jose6 from 'jose'
import * as jose5 from 'jose5'
import { claimsOf, type Subject } from '../material/claims.js'
import { cryptoKey } from '../material/crypto-key.js'
import type { EncryptionKey } from '../material/encryption-key.js'
import { parties } from '../material/parties.js'
import type { SignatureKey } from '../material/signature-key.js'
import type { Contender } from '../measure/contender.js'
import { perItem } from '../measure/per-item.js'

/** A version of jose, and the keys that it is quickest with. */
interface Jose<Native> {
  readonly name: string
  readonly api: {
    jwtVerify(token: string, key: Native, options: jose6.JWTVerifyOptions): Promise<unknown>
    jwtDecrypt(token: string, key: Native, options: jose6.JWTDecryptOptions): Promise<unknown>
    compactDecrypt(
      token: string,
      key: Native,
      options: jose6.DecryptOptions,
    ): Promise<{ readonly plaintext: Uint8Array }>
    SignJWT: new (claims: jose6.JWTPayload) => JwtSigner<Native>
    CompactEncrypt: new (plaintext: Uint8Array) => Encrypter<Native>
  }
  native(key: SignatureKey['signing'], of: SignatureKey | EncryptionKey): Promise<Native>
}

interface JwtSigner<Native> {
  setProtectedHeader(header: jose6.JWTHeaderParameters): JwtSigner<Native>
  sign(key: Native): Promise<string>
}

interface Encrypter<Native> {
  setProtectedHeader(header: jose6.CompactJWEHeaderParameters): Encrypter<Native>
  encrypt(key: Native): Promise<string>
}

interface JoseContenders {
  reader(key: SignatureKey): Promise<Contender<string>>
  opener(key: EncryptionKey): Promise<Contender<string>>
  nestedReader(signature: SignatureKey, encryption: EncryptionKey): Promise<Contender<string>>
  issuer(key: SignatureKey): Promise<Contender<Subject>>
  sealer(key: EncryptionKey): Promise<Contender<Subject>>
  nestedIssuer(signature: SignatureKey, encryption: EncryptionKey): Promise<Contender<Subject>>
}

const enc = 'A256GCM'
const demands = { ...parties }
const encryptionDemands = ({ alg }: EncryptionKey): jose6.DecryptOptions => ({
  keyManagementAlgorithms: [alg],
  contentEncryptionAlgorithms: [enc],
})

function joseContenders<Native>({ name, api, native }: Jose<Native>): JoseContenders {
  const peer = <Item>(run: (item: Item) => unknown): Contender<Item> => perItem(name, 'peer', run)

  const signedBy = (claims: jose6.JWTPayload, { alg, kid }: SignatureKey, key: Native): Promise<string> =>
    new api.SignJWT(claims).setProtectedHeader({ alg, kid, typ: parties.typ }).sign(key)

  const sealedFor = (
    text: string,
    { alg, kid }: EncryptionKey,
    key: Native,
    header: { readonly typ?: string; readonly cty?: string },
  ): Promise<string> =>
    new api.CompactEncrypt(new TextEncoder().encode(text))
      .setProtectedHeader({ alg, enc, kid, ...header })
      .encrypt(key)

  return {
    async reader(key) {
      const verifying = await native(key.verifying, key)
      const options = { ...demands, algorithms: [key.alg] }
      return peer((token) => api.jwtVerify(token, verifying, options))
    },
    async opener(key) {
      const opening = await native(key.opening, key)
      const options = { ...demands, ...encryptionDemands(key) }
      return peer((token) => api.jwtDecrypt(token, opening, options))
    },
    async nestedReader(signature, encryption) {
      const opening = await native(encryption.opening, encryption)
      const verifying = await native(signature.verifying, signature)
      const options = { ...demands, algorithms: [signature.alg] }
      return peer(async (token) => {
        const { plaintext } = await api.compactDecrypt(token, opening, encryptionDemands(encryption))
        return api.jwtVerify(new TextDecoder().decode(plaintext), verifying, options)
      })
    },
    async issuer(key) {
      const signing = await native(key.signing, key)
      return peer((subject) => signedBy(claimsOf(subject), key, signing))
    },
    async sealer(key) {
      const sealing = await native(key.sealing, key)
      return peer((subject) =>
        sealedFor(JSON.stringify(claimsOf(subject)), key, sealing, { typ: parties.typ }),
      )
    },
    async nestedIssuer(signature, encryption) {
      const signing = await native(signature.signing, signature)
      const sealing = await native(encryption.sealing, encryption)
      return peer(async (subject) => {
        const jws = await signedBy(claimsOf(subject), signature, signing)
        return sealedFor(jws, encryption, sealing, { cty: 'JWT' })
      })
    },
  }
}

export const joseVersions: readonly JoseContenders[] = [
  joseContenders<jose6.CryptoKey>({ name: 'jose 6', api: jose6, native: cryptoKey }),
  joseContenders<SignatureKey['signing']>({ name: 'jose 5', api: jose5, native: async (key) => key }),
]

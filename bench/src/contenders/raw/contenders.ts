import { claimsOf, type Subject } from '../../material/claims.js'
import type { EncryptionKey } from '../../material/encryption-key.js'
import { parties } from '../../material/parties.js'
import type { SignatureKey } from '../../material/signature-key.js'
import type { Contender } from '../../measure/contender.js'
import { prepared } from '../../measure/per-item.js'
import { rawOpen } from './decrypt.js'
import { lowestSeal, rawSeal, type Seal } from './encrypt.js'
import { rawSign } from './sign.js'
import { lowestVerify, rawVerify } from './verify.js'

const raw = 'raw'
const lowest = 'raw, lowest'

const present = <Item>(contenders: readonly (Contender<Item> | undefined)[]): readonly Contender<Item>[] =>
  contenders.filter((contender) => contender !== undefined)

export function rawReaders(key: SignatureKey): readonly Contender<string>[] {
  const shortcut = lowestVerify(key)
  return present([prepared(raw, 'raw', rawVerify(key)), shortcut && prepared(lowest, 'lowest', shortcut)])
}

export const rawOpener = (key: EncryptionKey): Contender<string> => prepared(raw, 'raw', rawOpen(key))

/** Opening and checking the signature inside, which is there beforehand. */
export function rawNestedReader(signature: SignatureKey, encryption: EncryptionKey): Contender<string> {
  const open = rawOpen(encryption)
  const verify = rawVerify(signature)
  return prepared(raw, 'raw', (token) => {
    const decrypt = open(token)
    // What is inside is read beforehand too.
    const check = verify(decrypt().toString('latin1'))
    return () => {
      decrypt()
      check()
    }
  })
}

const segment = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** Bytes as long as those that are signed. */
const signingInput = (subject: Subject, { alg, kid }: SignatureKey): Buffer =>
  Buffer.from(`${segment({ alg, typ: parties.typ, kid })}.${segment(claimsOf(subject))}`)

export function rawIssuer(key: SignatureKey): Contender<Subject> {
  const sign = rawSign(key)
  return prepared(raw, 'raw', (subject) => {
    const input = signingInput(subject, key)
    return () => sign(input)
  })
}

const aadOf = ({ alg, kid }: EncryptionKey): Buffer => Buffer.from(segment({ alg, enc: 'A256GCM', kid }))

const sealer = (name: string, role: 'raw' | 'lowest', key: EncryptionKey, seal: Seal): Contender<Subject> => {
  const aad = aadOf(key)
  return prepared(name, role, (subject) => {
    const plaintext = Buffer.from(JSON.stringify(claimsOf(subject)))
    return () => seal(plaintext, aad)
  })
}

export function rawSealers(key: EncryptionKey): readonly Contender<Subject>[] {
  const shortcut = lowestSeal(key)
  return present([sealer(raw, 'raw', key, rawSeal(key)), shortcut && sealer(lowest, 'lowest', key, shortcut)])
}

export function rawNestedIssuer(signature: SignatureKey, encryption: EncryptionKey): Contender<Subject> {
  const sign = rawSign(signature)
  const seal = rawSeal(encryption)
  const aad = aadOf(encryption)
  return prepared(raw, 'raw', (subject) => {
    const input = signingInput(subject, signature)
    const jws = Buffer.concat([input, Buffer.from('.'), Buffer.from(sign(input).toString('base64url'))])
    return () => [sign(input), seal(jws, aad)]
  })
}

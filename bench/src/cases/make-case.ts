import { compactDecrypt, jwtDecrypt, jwtVerify } from 'jose'
import { attackersEncryption, attackersSignature } from '../material/attackers.js'
import { type Subject, subjectOf } from '../material/claims.js'
import type { EncryptionKey } from '../material/encryption-key.js'
import { parties } from '../material/parties.js'
import type { SignatureKey } from '../material/signature-key.js'
import type { Case, Contender } from '../measure/contender.js'

const { issuer, audience } = parties

/** Reads a token with the right keys, so that what was made can be seen to be whole. */
export type Read = (token: string) => Promise<{ readonly payload: Readonly<Record<string, unknown>> }>

const signedRead =
  ({ alg, verifying }: SignatureKey): Read =>
  (token) =>
    jwtVerify(token, verifying, { issuer, audience, algorithms: [alg] })

interface CaseParts {
  readonly group: string
  readonly name: string
  readonly contenders: readonly (Contender<Subject> | undefined)[]
}

interface MakeCaseParts extends CaseParts {
  readonly signature: SignatureKey | undefined
  readonly encryption: EncryptionKey | undefined
}

/** Reads with these keys. */
function reader({ signature, encryption }: Pick<MakeCaseParts, 'signature' | 'encryption'>): Read {
  const verify = signature && signedRead(signature)
  if (encryption === undefined) {
    if (verify === undefined) throw new TypeError('a case without keys')
    return verify
  }
  const { opening } = encryption
  if (verify === undefined) return (token) => jwtDecrypt(token, opening, { issuer, audience })
  return async (token) => {
    const { plaintext } = await compactDecrypt(token, opening)
    return verify(new TextDecoder().decode(plaintext))
  }
}

/** Reads with an attacker's keys of the same kind. */
const attackersReader = ({ signature, encryption }: MakeCaseParts): Read =>
  reader({
    signature: signature && attackersSignature(signature),
    encryption: signature ? encryption : encryption && attackersEncryption(encryption),
  })

async function refuses(read: Read, token: string): Promise<boolean> {
  try {
    await read(token)
    return false
  } catch {
    return true
  }
}

/** What a contender makes: a token, or an object with the token in it. */
function tokenOf(made: unknown): string | undefined {
  const token = typeof made === 'object' && made !== null && 'token' in made ? made.token : made
  return typeof token === 'string' ? token : undefined
}

/** Makes tokens for so many subjects, each in its turn. */
export const makeCase = (parts: MakeCaseParts, count: number): Case<Subject> =>
  makeCaseReadBy(parts, { right: reader(parts), attackers: attackersReader(parts) }, count)

/** Reads what was made, with the right keys and with those of an attacker. */
interface Readers {
  readonly right: Read
  readonly attackers: Read
}

/** The same for algorithms that the keys of the other cases do not have. */
export function makeCaseReadBy(
  parts: CaseParts,
  { right, attackers }: Readers,
  count: number,
): Case<Subject> {
  const subjects = Array.from({ length: count }, (_, index) => subjectOf(index))

  /** What raw makes is no token; the raw primitives' own test puts it together to one. */
  async function prove({ name, role, bind }: Contender<Subject>): Promise<void> {
    const make = bind(subjects)
    const [first, second] = [tokenOf(await make(0)), tokenOf(await make(1))]
    if (role === 'raw' || role === 'lowest') return
    if (first === undefined || second === undefined) throw new Error(`${name} makes no tokens`)
    const claims = (await right(first)).payload
    for (const claim of ['sub', 'client_id', 'scope']) {
      if (claims[claim] !== subjects[0]?.[claim]) throw new Error(`${name} loses ${claim}`)
    }
    for (const claim of ['iat', 'exp', 'jti']) {
      if (claims[claim] === undefined) throw new Error(`${name} sets no ${claim}`)
    }
    const others = (await right(second)).payload
    if (others['jti'] === claims['jti']) throw new Error(`${name} gives two tokens one jti`)
    if (!(await refuses(attackers, first))) throw new Error(`${name} makes tokens for any key`)
  }

  return {
    group: parts.group,
    name: parts.name,
    contenders: parts.contenders.filter((contender) => contender !== undefined),
    items: () => subjects,
    prove,
  }
}

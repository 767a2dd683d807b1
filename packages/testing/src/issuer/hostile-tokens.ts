import { createHmac } from 'node:crypto'
import type { ErrorCode, TokenForm } from '@sealbearer/core'
import { type Members, type SegmentText, signedToken, withClaims, withRandomEnd } from './compact-token.js'
import { generateSigningKey, type SigningKey } from './signing-key.js'

/** The parts of a valid token, from which a hostile one is made. */
export interface Materials {
  readonly key: SigningKey
  readonly header: Members
  readonly claims: Members
  /** The current time, in seconds. */
  readonly now: number
  /** Writes a token of the issuer's form, with the issuer's keys. */
  write(header: Members, claims: SegmentText): Promise<string>
  /** Encrypts a signed token for the server. */
  encrypt(plaintext: string, header: Members): Promise<string>
}

interface HostileRow {
  readonly code: ErrorCode
  readonly forms: readonly TokenForm[]
  make(materials: Materials): Promise<string>
}

const hour = 3600
const everyForm: readonly TokenForm[] = ['signed', 'encrypted', 'nested']
const withSignature: readonly TokenForm[] = ['signed', 'nested']
const withEncryption: readonly TokenForm[] = ['encrypted', 'nested']

interface Change {
  readonly header?: Members
  readonly claims?: Members
}

/** Signed with the issuer's own keys: only the changed members are invalid. */
const changed = (
  code: ErrorCode,
  change: (now: number, key: SigningKey) => Change,
  forms = everyForm,
): HostileRow => ({
  code,
  forms,
  async make({ write, now, key, ...good }) {
    const { header, claims } = change(now, key)
    return write({ ...good.header, ...header }, { ...good.claims, ...claims })
  },
})

/** With an invalid signature. The encryption of a nested token is valid. */
const withOtherSignature = (code: ErrorCode, sign: (materials: Materials) => string): HostileRow => ({
  code,
  forms: withSignature,
  make: async (materials) => materials.encrypt(sign(materials), { cty: 'JWT' }),
})

const unsigned = (alg: string): HostileRow =>
  withOtherSignature('SB_ALG_NOT_ALLOWED', ({ header, claims }) =>
    signedToken({ sign: () => '' }, { ...header, alg }, claims),
  )

/** Signed with the attacker's key, which the header names, contains or links to. */
const foreign = (code: ErrorCode, header: (key: SigningKey) => Members): HostileRow =>
  withOtherSignature(code, ({ key, header: good, claims }) => {
    const own = generateSigningKey(key.alg)
    return signedToken(own, { ...good, ...header(own) }, claims)
  })

const damaged = (damage: (token: string) => string): HostileRow =>
  withOtherSignature('SB_INTEGRITY_FAILED', ({ key, header, claims }) =>
    damage(signedToken(key, header, claims)),
  )

/** Signed by HS256 with the public key as the secret (CVE-2015-9235). */
function confused({ key, header, claims }: Materials): string {
  const secret = key.publicKey.export({ type: 'spki', format: 'pem' })
  const sign = (input: string): string => createHmac('sha256', secret).update(input).digest('base64url')
  return signedToken({ sign }, { ...header, alg: 'HS256' }, claims)
}

/** Names of tokens that a server must reject. Some exist only for some forms. */
export type HostileName =
  | 'alg-none'
  | 'alg-none-mixed-case'
  | 'alg-confusion'
  | 'tampered-claims'
  | 'tampered-signature'
  | 'empty-signature'
  | 'foreign-key'
  | 'unknown-kid'
  | 'embedded-jwk'
  | 'jku'
  | 'unknown-crit'
  | 'unencoded-payload'
  | 'other-typ'
  | 'other-issuer'
  | 'no-issuer'
  | 'other-audience'
  | 'no-audience'
  | 'expired'
  | 'no-expiry'
  | 'expiry-as-text'
  | 'not-yet-valid'
  | 'duplicate-members'
  | 'bound-to-key'
  | 'oversized'
  | 'malformed'
  | 'not-encrypted'
  | 'tampered-ciphertext'
  | 'missing-cty'
  | 'unsigned-inside'

const hostileTokens: Readonly<Record<HostileName, HostileRow>> = {
  'alg-none': unsigned('none'),
  'alg-none-mixed-case': unsigned('nOnE'),
  'alg-confusion': withOtherSignature('SB_ALG_NOT_ALLOWED', confused),
  'tampered-claims': damaged((token) => withClaims(token, { sub: 'admin' })),
  'tampered-signature': damaged(withRandomEnd),
  'empty-signature': damaged((token) => token.slice(0, token.lastIndexOf('.') + 1)),
  'foreign-key': foreign('SB_INTEGRITY_FAILED', () => ({})),
  'unknown-kid': foreign('SB_KEY_NOT_FOUND', ({ kid }) => ({ kid })),
  'embedded-jwk': foreign('SB_INTEGRITY_FAILED', ({ publicJwk }) => ({ jwk: publicJwk })),
  jku: foreign('SB_KEY_NOT_FOUND', ({ kid }) => ({ kid, jku: 'https://attacker.example/jwks' })),
  'unknown-crit': changed(
    'SB_CRIT_UNSUPPORTED',
    () => ({ header: { crit: ['policy'], policy: 'strict' } }),
    withSignature,
  ),
  'unencoded-payload': changed(
    'SB_CRIT_UNSUPPORTED',
    () => ({ header: { crit: ['b64'], b64: false } }),
    withSignature,
  ),
  'other-typ': changed('SB_TYP_MISMATCH', () => ({ header: { typ: 'dpop+jwt' } })),
  'other-issuer': changed('SB_ISSUER_MISMATCH', () => ({ claims: { iss: 'https://attacker.example' } })),
  'no-issuer': changed('SB_CLAIM_MISSING', () => ({ claims: { iss: undefined } })),
  'other-audience': changed('SB_AUDIENCE_MISMATCH', () => ({ claims: { aud: 'https://other.example' } })),
  'no-audience': changed('SB_CLAIM_MISSING', () => ({ claims: { aud: undefined } })),
  expired: changed('SB_TOKEN_EXPIRED', (now) => ({ claims: { iat: now - 3 * hour, exp: now - 2 * hour } })),
  'no-expiry': changed('SB_CLAIM_MISSING', () => ({ claims: { exp: undefined } })),
  'expiry-as-text': changed('SB_CLAIMS_INVALID', (now) => ({ claims: { exp: String(now + hour) } })),
  'not-yet-valid': changed('SB_TOKEN_NOT_YET_VALID', (now) => ({
    claims: { nbf: now + 2 * hour, exp: now + 3 * hour },
  })),
  'duplicate-members': {
    code: 'SB_CLAIMS_INVALID',
    forms: everyForm,
    make: async ({ write, header, claims }) =>
      write(header, `${JSON.stringify(claims).slice(0, -1)},"sub":"admin"}`),
  },
  'bound-to-key': changed('SB_CONFIRMATION_REQUIRED', (_, { publicJwk }) => ({
    claims: { cnf: { jwk: publicJwk } },
  })),
  oversized: changed('SB_TOKEN_TOO_LARGE', () => ({ claims: { padding: 'x'.repeat(100_000) } })),
  malformed: { code: 'SB_TOKEN_MALFORMED', forms: everyForm, make: async () => 'not-a-token' },
  'not-encrypted': {
    code: 'SB_FORM_MISMATCH',
    forms: withEncryption,
    make: async ({ key, header, claims }) => signedToken(key, header, claims),
  },
  'tampered-ciphertext': {
    code: 'SB_INTEGRITY_FAILED',
    forms: withEncryption,
    make: async ({ write, header, claims }) => withRandomEnd(await write(header, claims)),
  },
  'missing-cty': {
    code: 'SB_NESTED_CTY',
    forms: ['nested'],
    make: async ({ key, header, claims, encrypt }) => encrypt(signedToken(key, header, claims), {}),
  },
  /** Anyone who has the public key can encrypt claims to it. */
  'unsigned-inside': {
    code: 'SB_TOKEN_MALFORMED',
    forms: ['nested'],
    make: async ({ encrypt }) => encrypt('{"sub":"admin"}', { cty: 'JWT' }),
  },
}

/** Creates a hostile token. */
export const hostileToken = (name: HostileName, materials: Materials): Promise<string> =>
  hostileTokens[name].make(materials)

/** The names of the hostile tokens of a form, with the code with which each is rejected. */
export function hostileCodesOf(form: TokenForm): ReadonlyMap<HostileName, ErrorCode> {
  const rows = Object.entries(hostileTokens) as [HostileName, HostileRow][]
  return new Map(rows.filter(([, row]) => row.forms.includes(form)).map(([name, { code }]) => [name, code]))
}

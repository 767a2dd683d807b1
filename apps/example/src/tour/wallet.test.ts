import type { AuthRequest, ErrorCode, TokenForm } from '@sealbearer/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Example, startExample } from '../example.js'
import { createPolicy } from '../policy.js'
import { type AttackersTokens, createAttackersTokens } from './attacker.js'
import { publishedKeys } from './published-keys.js'
import { forms } from './run.js'
import { fillWallet, type Wallet } from './wallet.js'

type BadToken = Exclude<keyof Wallet, 'ada' | 'ben' | 'benWriting' | 'benCookie'>

/** Outside they all look the same: this is why each is refused. */
const reasons: Readonly<Record<TokenForm, Readonly<Record<BadToken, ErrorCode>>>> = {
  signed: {
    expired: 'SB_TOKEN_EXPIRED',
    otherAudience: 'SB_AUDIENCE_MISMATCH',
    roleRewritten: 'SB_INTEGRITY_FAILED',
    algNone: 'SB_ALG_NOT_ALLOWED',
    byPublicKey: 'SB_ALG_NOT_ALLOWED',
    byOwnKey: 'SB_INTEGRITY_FAILED',
    otherForm: 'SB_ALG_NOT_ALLOWED',
  },
  encrypted: {
    expired: 'SB_TOKEN_EXPIRED',
    otherAudience: 'SB_AUDIENCE_MISMATCH',
    roleRewritten: 'SB_INTEGRITY_FAILED',
    algNone: 'SB_KEY_NOT_FOUND',
    byPublicKey: 'SB_NESTED_CTY',
    byOwnKey: 'SB_INTEGRITY_FAILED',
    otherForm: 'SB_FORM_MISMATCH',
  },
  nested: {
    expired: 'SB_TOKEN_EXPIRED',
    otherAudience: 'SB_AUDIENCE_MISMATCH',
    roleRewritten: 'SB_INTEGRITY_FAILED',
    algNone: 'SB_ALG_NOT_ALLOWED',
    byPublicKey: 'SB_FORM_MISMATCH',
    byOwnKey: 'SB_INTEGRITY_FAILED',
    otherForm: 'SB_ALG_NOT_ALLOWED',
  },
}

let example: Example
let attacker: AttackersTokens
beforeAll(async () => {
  example = await startExample({ firstPort: 0, secureCookie: false })
  attacker = await createAttackersTokens(await publishedKeys(example))
})
afterAll(() => example.close())

const requestWith = (token: string): AuthRequest => ({
  method: 'GET',
  target: '/me',
  secure: true,
  header: (name) => (name === 'authorization' ? [`Bearer ${token}`] : []),
})

describe.each(forms)('%s', (form) => {
  let wallet: Wallet
  beforeAll(async () => {
    wallet = await fillWallet(example, form, attacker)
  })

  test.each(['ada', 'ben', 'benWriting'] as const)('%s is a good token', async (name) => {
    const policy = createPolicy(example.policyParts)
    expect(await policy.authenticate(requestWith(wallet[name]))).toMatchObject({ ok: true, auth: { form } })
  })

  test.each(Object.entries(reasons[form]))('%s is refused with %s', async (name, code) => {
    const policy = createPolicy(example.policyParts)
    // The entries of a record keep its keys.
    const outcome = await policy.authenticate(requestWith(wallet[name as BadToken]))
    expect(outcome).toMatchObject({ ok: false, error: { code } })
  })
})

test('what was rewritten would be good claims for an admin', async () => {
  const { ben, roleRewritten } = await fillWallet(example, 'signed', attacker)
  const claimsOf = (token: string) =>
    JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
  expect(claimsOf(roleRewritten)).toEqual({ ...claimsOf(ben), roles: 'admin' })
})

test.each(['encrypted', 'nested'] as const)(
  'of an %s token, only the ciphertext was rewritten',
  async (form) => {
    const { ben, roleRewritten } = await fillWallet(example, form, attacker)
    const [before, after] = [ben.split('.'), roleRewritten.split('.')]
    expect(after.map((segment) => segment.length)).toEqual(before.map((segment) => segment.length))
    expect(after.map((segment, index) => segment === before[index])).toEqual([true, true, true, false, true])
  },
)

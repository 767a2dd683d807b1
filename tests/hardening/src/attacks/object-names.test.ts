import { describe, expect, test } from 'vitest'
import { createAuthenticator, createVerifier } from '#core/index.js'
import { handSign } from '#core-test-kit/hand-made.js'
import { audience, goodClaims, issuer, now } from '#core-test-kit/parties.js'
import { bytes, testKey } from '#core-test-kit/test-keys.js'

/** Names that every object answers to, without having them. */
const inherited = [...Object.getOwnPropertyNames(Object.prototype), 'prototype', 'length', 'name', 'then']

const keys = await testKey('HS256')
const verifier = createVerifier({
  issuer,
  audience,
  typ: 'at+jwt',
  now,
  signature: { algorithms: ['HS256'], keys },
})
const authenticatorWith = (options: object = {}) => createAuthenticator({ verifier, ...options })

/** The claims as text, since an object literal cannot have an own `__proto__`. */
const tokenWith = (members: string): string => {
  const claims = JSON.stringify(goodClaims).slice(0, -1)
  return handSign(
    { alg: 'HS256', typ: 'at+jwt' },
    `${claims}${members === '' ? '' : `,${members}`}}`,
    bytes(32),
  )
}

async function codeOf(token: string, requirement: object, options: object = {}): Promise<string> {
  const outcome = await authenticatorWith(options).authenticateToken(token, requirement)
  return outcome.ok ? 'accepted' : outcome.error.code
}

describe.each(inherited)('the name %s', (name) => {
  test('is no scope and no role of a token that does not name it', async () => {
    const token = tokenWith('"scope":"a","role":"b"')
    for (const member of ['scope', 'anyScope']) {
      expect(await codeOf(token, { [member]: name })).toBe('SB_SCOPE_INSUFFICIENT')
    }
    for (const member of ['role', 'anyRole']) {
      expect(await codeOf(token, { [member]: name })).toBe('SB_ROLE_INSUFFICIENT')
    }
    expect(await codeOf(token, { actor: name })).toBe('SB_ACTOR_INSUFFICIENT')
    expect(await codeOf(token, { acr: name })).toBe('SB_AUTHENTICATION_INSUFFICIENT')
  })

  test('is one of a token that does', async () => {
    expect(await codeOf(tokenWith(`"scope":"${name}"`), { scope: name })).toBe('accepted')
    expect(await codeOf(tokenWith(`"role":"${name}"`), { role: name })).toBe('accepted')
    expect(await codeOf(tokenWith(`"act":{"sub":"${name}"}`), { actor: name })).toBe('accepted')
    expect(await codeOf(tokenWith(`"acr":"${name}"`), { acr: name })).toBe('accepted')
  })

  test('is granted to no issuer by the options, and implied by no scope', async () => {
    const token = tokenWith(`"scope":"${name}","role":"${name}"`)
    const limited = { scopes: { [issuer]: ['a', name] }, roles: { [issuer]: ['a', name] } }
    expect(await codeOf(token, { scope: name, role: name }, limited)).toBe('accepted')
    const others = { scopes: { [issuer]: ['a'] }, roles: { [issuer]: ['a'] } }
    expect(await codeOf(token, { scope: 'a' }, others)).toBe('SB_SCOPE_INSUFFICIENT')
    expect(await codeOf(token, { role: 'a' }, others)).toBe('SB_ROLE_INSUFFICIENT')
    expect(await codeOf(token, { scope: 'a' }, { scopeImplies: { b: ['a'] } })).toBe('SB_SCOPE_INSUFFICIENT')
  })

  test('is a required claim only where it is in the token', async () => {
    if (name === '__proto__') return
    const requiring = createVerifier({
      ...{ issuer, audience, typ: 'at+jwt', now, signature: { algorithms: ['HS256'] as const, keys } },
      requiredClaims: [name],
    })
    await expect(requiring.verify(tokenWith(''))).rejects.toMatchObject({
      code: 'SB_CLAIM_MISSING',
      parameter: name,
    })
    await expect(requiring.verify(tokenWith(`"${name}":1`))).resolves.toBeDefined()
  })
})

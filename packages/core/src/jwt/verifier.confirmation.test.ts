import { describe, expect, test } from 'vitest'
import { tokenWith } from '../../test-kit/hs256.js'
import { audience, issuer, now } from '../../test-kit/parties.js'
import { testKey } from '../../test-kit/test-keys.js'
import { createAuthenticator } from '../http/authenticator.js'
import { nodeAuthRequest } from '../http/node-request.js'
import { defineVerifier } from './define-verifier.js'
import { createIssuer } from './issuer.js'
import { createTenantVerifier } from './tenant-verifier.js'
import { createVerifier } from './verifier.js'

const parties = { issuer, audience, typ: 'at+jwt', now } as const
const signature = { algorithms: ['HS256'] as const, keys: await testKey('HS256') }
const dir = await testKey('dir')
const decryption = { keyManagement: ['dir'] as const, contentEncryption: ['A256GCM'] as const, keys: dir }
const encryption = { keyManagement: 'dir', contentEncryption: 'A256GCM', keys: dir } as const
const signing = { algorithm: 'HS256', keys: signature.keys } as const

const signed = createVerifier({ ...parties, signature })
const issuers = {
  encrypted: createIssuer({ ...parties, lifetime: '5m', encryption }),
  nested: createIssuer({ ...parties, lifetime: '5m', signature: signing, encryption }),
}
const issued = (by: keyof typeof issuers) => async (cnf: unknown) => (await issuers[by].issue({ cnf })).token

const verifiers = {
  signed: { verifier: signed, tokenWithCnf: async (cnf: unknown) => tokenWith({ cnf }) },
  'signed, and not remembered': {
    verifier: createVerifier({ ...parties, signature, cache: false }),
    tokenWithCnf: async (cnf: unknown) => tokenWith({ cnf }),
  },
  encrypted: {
    verifier: createVerifier({ ...parties, encryption: decryption }),
    tokenWithCnf: issued('encrypted'),
  },
  nested: {
    verifier: createVerifier({ ...parties, signature, encryption: decryption }),
    tokenWithCnf: issued('nested'),
  },
  'of a tenant': {
    verifier: createTenantVerifier({ issuer: (iss) => iss === issuer, resolve: () => signed, now }),
    tokenWithCnf: async (cnf: unknown) => tokenWith({ cnf }),
  },
  'of a custom verifier': {
    verifier: defineVerifier({ verify: (token) => signed.verify(token) }),
    tokenWithCnf: async (cnf: unknown) => tokenWith({ cnf }),
  },
}

describe.each(Object.entries(verifiers))('RFC 7800 §3.1: a token, %s', (_, { verifier, tokenWithCnf }) => {
  const authenticator = createAuthenticator({ verifier })
  const codeOf = async (token: string) => {
    const rawHeaders = ['Authorization', `Bearer ${token}`]
    const outcome = await authenticator.authenticate(
      nodeAuthRequest({ method: 'GET', url: '/', rawHeaders }, true),
    )
    return outcome.ok ? 'accepted' : outcome.error.code
  }

  test.each([{ jkt: 'a' }, { 'x5t#S256': 'a' }, { jwk: { kty: 'EC' } }, { other: 1 }, {}, null, 'a', false])(
    'verifies with its cnf as confirmation, and is no bearer token: %j',
    async (cnf) => {
      const token = await tokenWithCnf(cnf)
      // Twice: the second time it may be remembered.
      for (const _time of [1, 2]) {
        expect((await verifier.verify(token)).confirmation).toEqual(cnf)
        expect(await codeOf(token)).toBe('SB_CONFIRMATION_REQUIRED')
      }
    },
  )

  test('has no confirmation without cnf', async () => {
    const token = await tokenWithCnf(undefined)
    expect((await verifier.verify(token)).confirmation).toBeUndefined()
    expect(await codeOf(token)).toBe('accepted')
  })
})

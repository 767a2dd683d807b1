import { expect, test } from 'vitest'
import { untyped } from '../../test-kit/untyped.js'
import { createKeySet } from '../keys/key-set.js'
import { importSecret } from '../keys/secret.js'
import { formReader } from './token-reader.js'

const signing = await createKeySet([importSecret('signing'.repeat(5), { alg: 'HS256', encoding: 'utf8' })])
const sealing = await createKeySet([importSecret('encrypts'.repeat(4), { alg: 'A256KW', encoding: 'utf8' })])

const signature = { algorithms: ['HS256'], keys: signing } as const
const encryption = { keyManagement: ['A256KW'], contentEncryption: ['A256GCM'], keys: sealing } as const
const parties = { issuer: 'a', audience: 'b', typ: 'JWT' } as const

test('depends on the keys of the form', () => {
  expect(formReader({ ...parties, signature }).keySets).toEqual([signing])
  expect(formReader({ ...parties, encryption }).keySets).toEqual([sealing])
  expect(formReader({ ...parties, signature, encryption }).keySets).toEqual([sealing, signing])
})

test.each([
  {
    title: 'signed',
    options: { signature: { ...signature, algorithms: [] } },
    says: /^signature\.algorithms: /,
  },
  {
    title: 'encrypted',
    options: { encryption: { ...encryption, keyManagement: [] } },
    says: /^encryption\.keyManagement: /,
  },
  {
    title: 'nested',
    options: { signature, encryption: { ...encryption, contentEncryption: [] } },
    says: /^encryption\.contentEncryption: /,
  },
  {
    title: 'nested in a claim without a name',
    options: { signature, encryption: { ...encryption, nesting: { claim: '' } } },
    says: /^encryption\.nesting\.claim: /,
  },
])('names the option that is wrong: $title', ({ options, says }) => {
  expect(() => formReader(untyped({ ...parties, ...options }))).toThrow(says)
})

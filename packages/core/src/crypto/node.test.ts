import { expect, test } from 'vitest'
import { type Algorithm, keyManagementAlgorithms, signatureAlgorithms } from './algorithms.js'
import { importerFor } from './node.js'
import { engine as web } from './web.js'

/** RFC 7518 §4.4, §4.6: they wrap the CEK with AES Key Wrap, which node:crypto lacks with BoringSSL. */
const wrapping = ['ECDH-ES+A128KW', 'ECDH-ES+A192KW', 'ECDH-ES+A256KW', 'A128KW', 'A192KW', 'A256KW']

// The keys of the two tables.
const algorithms = Object.keys({ ...signatureAlgorithms, ...keyManagementAlgorithms }) as Algorithm[]

test.each(algorithms)('%s goes to WebCrypto only where node:crypto lacks what it needs', (alg) => {
  expect(importerFor(alg, true) === web).toBe(wrapping.includes(alg))
  expect(importerFor(alg, false)).not.toBe(web)
})

import type { VerifiedClaims } from '@sealbearer/core'
import type { StandardSchemaV1 } from '@standard-schema/spec'

/** Takes claims whose `tenant` is `acme`; written by hand, since any Standard Schema will do. */
export const acmeOnly: StandardSchemaV1<unknown, VerifiedClaims> = {
  '~standard': {
    version: 1,
    vendor: 'conformance',
    validate: (claims) =>
      isAcme(claims)
        ? { value: claims }
        : { issues: [{ message: `unexpected claims: ${JSON.stringify(claims)}` }] },
  },
}

const isAcme = (claims: unknown): claims is VerifiedClaims =>
  typeof claims === 'object' && claims !== null && 'tenant' in claims && claims.tenant === 'acme'

import {
  type Authenticator,
  createAuthenticator,
  createVerifier,
  generateKey,
  type Key,
} from '@sealbearer/core'

/** Claims of an application of its own, as its schema has them. */
export interface OwnClaims {
  readonly sub: string
  readonly tenant: number
}

interface OwnSchema {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: 'test'
    readonly validate: (value: unknown) => { value: OwnClaims }
    readonly types?: { readonly input: unknown; readonly output: OwnClaims }
  }
}

const schema: OwnSchema = {
  // It is never asked: only its type counts.
  '~standard': { version: 1, vendor: 'test', validate: () => ({ value: { sub: '', tenant: 0 } }) },
}

/** The keys of `authenticator`. */
export const keys: Key = await generateKey('ES256')

/** What it authenticates has the claims of a schema. */
export const authenticator: Authenticator<OwnClaims> = createAuthenticator({
  verifier: createVerifier({
    issuer: 'https://auth.example.com',
    audience: 'https://api.example.com',
    typ: 'at+jwt',
    signature: { algorithms: ['ES256'], keys },
    claimsSchema: schema,
  }),
})

import {
  type Authenticator,
  bearer,
  cookie,
  createAuthenticator,
  createIssuer,
  createVerifier,
  generateKey,
  type Verifier,
} from '@sealbearer/core'

/** An issuer, and the authenticator that trusts it alone. */
export interface Party {
  readonly authenticator: Authenticator
  readonly verifier: Verifier
  token(scope?: string): Promise<string>
  /** A token as the header has it. */
  authorization(scope?: string): Promise<string>
}

// The parties have it in common: only their policies tell them apart.
const key = await generateKey('ES256', { kid: 'test' })

const trustIn = (name: string) => ({
  issuer: `https://${name}.example.com`,
  audience: 'https://api.example.com',
  typ: 'at+jwt',
  signature: { algorithms: ['ES256'], keys: key } as const,
})

function party(name: string): Party {
  const { signature: _, ...issuedFor } = trustIn(name)
  const issuer = createIssuer({ ...issuedFor, lifetime: '5m', signature: { algorithm: 'ES256', keys: key } })
  const token = async (scope?: string) =>
    (await issuer.issue({ sub: `user of ${name}`, ...(scope === undefined ? {} : { scope }) })).token
  const verifier = createVerifier(trustIn(name))
  return {
    verifier,
    authenticator: createAuthenticator({
      verifier,
      realm: name,
      credentials: [bearer(), cookie('access')],
    }),
    token,
    authorization: async (scope) => `Bearer ${await token(scope)}`,
  }
}

/** The party whose tokens most routes ask for. */
export const users: Party = party('users')

/** Another one, with the same key. */
export const staff: Party = party('staff')

/** Trusts the tokens of `users`, and breaks when it is asked. */
export const brokenAuthenticator: Authenticator = createAuthenticator({
  verifier: createVerifier({
    ...trustIn('users'),
    now: () => {
      throw new Error('the clock stopped')
    },
  }),
})

import {
  type Authenticator,
  bearer,
  cookie,
  createAuthenticator,
  createVerifier,
  type Verifier,
} from '@sealbearer/core'
import { createTestIssuer } from '@sealbearer/testing'

/** An issuer, and the authenticator that trusts it alone. */
export interface Party {
  readonly authenticator: Authenticator
  readonly verifier: Verifier
  token(scope?: string): Promise<string>
  /** A token as the header has it. */
  authorization(scope?: string): Promise<string>
}

// One for all parties, whose key they have in common: only their policies tell them apart.
const issuer = await createTestIssuer({ audience: 'https://api.example.com' })
await issuer.keys.refresh()

const nameOf = (name: string): string => `https://${name}.example.com`

function party(name: string): Party {
  const token = (scope?: string) => issuer.mint({ iss: nameOf(name), sub: `user of ${name}`, scope })
  const verifier = createVerifier({ ...issuer.verifierOptions, issuer: nameOf(name) })
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
    ...issuer.verifierOptions,
    issuer: nameOf('users'),
    now: () => {
      throw new Error('the clock stopped')
    },
  }),
})

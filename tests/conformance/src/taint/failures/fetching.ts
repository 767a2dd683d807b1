import { createRemoteKeySet, discoverIssuer, type Fetch, type RemoteKeySetEvent } from '@sealbearer/core'
import { clock } from '../../clock.js'
import { issuer } from '../../parties.js'
import { type Failure, type Material, verifierWith } from './material.js'

/** A provider whose answer to everything is this. */
const answering =
  (body: string, init: ResponseInit = {}): Fetch =>
  async () =>
    new Response(body, { headers: { 'content-type': 'application/json' }, ...init })

/** Verifies under a remote set; what it tells its listener is looked through too. */
async function remotely(m: Material, fetch: Fetch, url = 'https://auth.example.com/jwks'): Promise<unknown> {
  const told: RemoteKeySetEvent[] = []
  const keys = createRemoteKeySet(url, { fetch, now: clock, onEvent: (event) => told.push(event) })
  const verifier = verifierWith(m, { signature: { algorithms: ['ES256'], keys } })
  const failure = await verifier.verify(m.token).then(
    () => undefined,
    (error: unknown) => error,
  )
  if (failure === undefined) return undefined
  throw Object.assign(new Error('remote'), { failure, told, status: keys.status(), keys })
}

export const fetching: Readonly<Record<string, Failure>> = {
  'a page with a token': (m) =>
    remotely(m, answering(`<html>${m.token}`, { headers: { 'content-type': 'text/html' } })),
  'JSON that is a token': (m) => remotely(m, answering(JSON.stringify(m.token))),
  'JSON that breaks off in a key': (m) => remotely(m, answering(JSON.stringify(m.privateJwk).slice(0, -3))),
  'a private key': (m) => remotely(m, answering(JSON.stringify({ keys: [m.privateJwk] }))),
  'a secret for a kid of a private key': (m) =>
    remotely(m, answering(JSON.stringify({ keys: [{ ...m.privateJwk, x: 'AA' }] }))),
  'an error whose body is a token': (m) => remotely(m, answering(m.token, { status: 500, statusText: 'x' })),
  'a redirect with a token': (m) =>
    remotely(m, answering('', { status: 302, headers: { location: `https://x.example/?t=${m.token}` } })),
  'a fetch that quotes a token': (m) =>
    remotely(m, () => Promise.reject(new Error(m.token, { cause: new Error(m.pem) }))),
  'a query with a secret': (m) =>
    remotely(m, answering('{}'), `https://auth.example.com/jwks?code=${m.text}`),
  'discovery that answers with a token': (m) =>
    discoverIssuer(issuer, {
      fetch: answering(JSON.stringify({ issuer: m.token, jwks_uri: m.token })),
    }).metadata(),
  'discovery that quotes a token': (m) =>
    discoverIssuer(issuer, { fetch: () => Promise.reject(new Error(m.token)) }).metadata(),
  'an issuer with a secret in its address': (m) =>
    discoverIssuer(`http://user:${m.text}@auth.example.com`, { fetch: answering('{}') }).metadata(),
  'an address with a secret in it': (m) => createRemoteKeySet(`http://user:${m.text}@auth.example.com`),
}

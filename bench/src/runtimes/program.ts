import { createAuthenticator, createVerifier, importKey } from '@sealbearer/core'
import { requireAuth } from '@sealbearer/hono'
import { type Context, Hono, type MiddlewareHandler } from 'hono'
import { verify as honoVerify, jwt } from 'hono/jwt'
import { type CryptoKey, importJWK, type JWK, jwtVerify } from 'jose'
import { nobody } from '../http/app.js'
import { parties } from '../material/parties.js'
import type { Contender } from '../measure/contender.js'
import { perItem } from '../measure/per-item.js'
import { type Evidence, proveReader } from '../measure/prove.js'
import { type MeasuredCase, measure, type Pace } from '../measure/rounds.js'

/** What the program is given before it is measured. */
export interface ProgramInput {
  readonly alg: 'HS256' | 'RS256' | 'ES256' | 'EdDSA'
  /** The public key, or the secret. */
  readonly jwk: JWK
  readonly tokens: readonly string[]
  readonly evidence: Evidence
}

interface Program {
  readonly alg: string
  readonly tokens: readonly string[]
  readonly readers: readonly Contender<string>[]
  readonly fetch: (request: Request) => Response | Promise<Response>
}

/** What the guards leave. */
interface Variables {
  readonly auth: { readonly claims: Readonly<Record<string, unknown>> }
  readonly jwtPayload: Readonly<Record<string, unknown>>
}

/** Everything that takes part, on the runtime that this runs on: nothing here may be Node's own. */
async function createProgram({ alg, jwk, tokens, evidence }: ProgramInput): Promise<Program> {
  const { issuer, audience, typ } = parties
  const options = { issuer, audience, typ, algorithms: [alg] }
  const verification = { iss: issuer, aud: audience, typ }
  const key = await cryptoKey(jwk, alg)
  const signature = { algorithms: [alg], keys: await importKey(jwk, { alg }) }
  const forgetful = createVerifier({ ...parties, signature, cache: false })
  const remembering = createVerifier({ ...parties, signature })
  const readers = [
    perItem('sealbearer', 'ours', (token: string) => forgetful.verify(token)),
    perItem('jose', 'peer', (token: string) => jwtVerify(token, key, options)),
    perItem('hono/jwt', 'peer', (token: string) => honoVerify(token, key, { alg, ...verification })),
  ]
  for (const reader of readers) await proveReader(reader, evidence)

  // Plain HTTP: the runtimes do not tell core that the client is on the same machine.
  const guardWith = (verifier: typeof forgetful): MiddlewareHandler =>
    requireAuth(createAuthenticator({ verifier, requireHttps: false }))
  const joseGuard: MiddlewareHandler = async (c, next) => {
    const token = c.req.header('authorization')?.slice('Bearer '.length) ?? ''
    c.set('jwtPayload', (await jwtVerify(token, key, options)).payload)
    return next()
  }
  const answer = (c: Context<{ Variables: Variables }>): Response =>
    c.json({ sub: (c.get('jwtPayload') ?? c.get('auth').claims)['sub'] })
  const app = new Hono<{ Variables: Variables }>()
    .get('/bare', (c) => c.json(nobody))
    .get(
      '/empty-guard',
      (_, next) => next(),
      (c) => c.json(nobody),
    )
    .get('/sealbearer', guardWith(remembering), answer)
    .get('/sealbearer-cache-false', guardWith(forgetful), answer)
    .get('/jose', joseGuard, answer)
    .get('/hono-jwt', jwt({ secret: key, alg, verification }), answer)
    .onError((error, c) => c.text(error.name, 401))
  return { alg, tokens, readers, fetch: (request) => app.fetch(request) }
}

/** The form of key that jose and hono/jwt are quickest with. */
async function cryptoKey(jwk: JWK, alg: string): Promise<CryptoKey> {
  const key = await importJWK(jwk, alg)
  if (!(key instanceof Uint8Array)) return key
  return crypto.subtle.importKey('raw', Uint8Array.from(key), { name: 'HMAC', hash: 'SHA-256' }, false, [
    'verify',
  ])
}

let program: Program | undefined

function measureReaders(pace: Pace): Promise<MeasuredCase> {
  if (program === undefined) throw new Error('nothing is set up')
  const { alg, tokens, readers: contenders } = program
  const none = { items: () => tokens, prove: () => Promise.resolve() }
  return measure({ name: `verify ${alg}`, group: 'verify', contenders, ...none }, pace)
}

/** Sets the program up, measures verification, or serves a request that others measure. */
export async function handle(request: Request): Promise<Response> {
  if (request.method === 'GET') return program?.fetch(request) ?? new Response(null, { status: 404 })
  try {
    // Written by `measure.ts`.
    const input: unknown = await request.json()
    if (request.url.endsWith('/verify')) return Response.json(await measureReaders(input as Pace))
    program = await createProgram(input as ProgramInput)
    return Response.json({})
  } catch (error) {
    return new Response(error instanceof Error ? error.stack : String(error), { status: 500 })
  }
}

const worker: { readonly fetch: typeof handle } = { fetch: handle }

/** What workerd serves. */
export default worker

import { type Members, textOf } from './issuer/compact-token.js'

/** A request that a proof is for. */
export interface ProofOptions {
  /** Method of the request (`htm`). */
  readonly method: string
  /** The complete URL; the proof omits query and fragment. */
  readonly url: string | URL
  /** The token that is sent with the proof. */
  readonly token: string
  /** The server's nonce, from its header `DPoP-Nonce`. @default none */
  readonly nonce?: string | undefined
  /** Claims that replace those of a valid proof; `undefined` omits one. @default none */
  readonly claims?: Members
  /** Header parameters likewise. @default none */
  readonly header?: Members
}

/** A client with a key, for tests of routes that are guarded by `dpop()`. */
export interface DpopClient {
  readonly publicJwk: Readonly<Record<'kty' | 'crv' | 'x' | 'y', string>>
  /** The claim `cnf` of tokens that are bound to the key. */
  readonly confirmation: { readonly jkt: string }
  /** Creates the value of the header `DPoP`: a valid one, or an invalid one with `claims` or `header`. */
  proof(options: ProofOptions): Promise<string>
  /**
   * Sends a request with a bound token and a new proof. If the server requires a nonce, it sends the request again with it,
   * and uses the latest from then on; bodies must therefore be text or bytes.
   */
  fetch(url: string | URL, init: RequestInit & { readonly token: string }): Promise<Response>
}

/** Options of {@link dpopClient}. */
export interface DpopClientOptions {
  /** @default the clock of the runtime */
  readonly now?: () => Date
  /** Sends requests. @default the global one */
  readonly fetch?: (url: string | URL, init: RequestInit) => Promise<Response>
}

const base64url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url')
const hash = async (text: string): Promise<string> =>
  base64url(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))))

/**
 * Creates a client with a new key on P-256.
 *
 * @example
 * const client = await dpopClient()
 * const token = await issuer.mint({ cnf: client.confirmation })
 * const response = await client.fetch('http://localhost:3000/orders', { token })
 * @see {@link https://www.rfc-editor.org/rfc/rfc9449#section-4 RFC 9449 §4}
 */
export async function dpopClient(options: DpopClientOptions = {}): Promise<DpopClient> {
  const { now = () => new Date(), fetch: send = fetch } = options
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' }
  const pair = await crypto.subtle.generateKey(algorithm, false, ['sign', 'verify'])
  const { crv = '', kty = '', x = '', y = '' } = await crypto.subtle.exportKey('jwk', pair.publicKey)
  const publicJwk = { crv, kty, x, y }
  const latestNonce = new Map<string, string>()

  const proof = async ({ method, url, token, nonce, claims, header }: ProofOptions): Promise<string> => {
    const { origin, pathname } = new URL(url)
    const input = [
      { typ: 'dpop+jwt', alg: 'ES256', jwk: publicJwk, ...header },
      {
        jti: crypto.randomUUID(),
        htm: method,
        htu: origin + pathname,
        iat: Math.floor(now().getTime() / 1000),
        ath: await hash(token),
        nonce,
        ...claims,
      },
    ]
      .map((content) => base64url(new TextEncoder().encode(textOf(content))))
      .join('.')
    const signing = { name: 'ECDSA', hash: 'SHA-256' }
    const signature = await crypto.subtle.sign(signing, pair.privateKey, new TextEncoder().encode(input))
    return `${input}.${base64url(new Uint8Array(signature))}`
  }

  const sendOnce = async (url: string | URL, token: string, init: RequestInit): Promise<Response> => {
    const { origin } = new URL(url)
    const { method = 'GET' } = init
    const headers = new Headers(init.headers)
    headers.set('Authorization', `DPoP ${token}`)
    headers.set('DPoP', await proof({ method, url, token, nonce: latestNonce.get(origin) }))
    const response = await send(url, { ...init, headers })
    const nonce = response.headers.get('DPoP-Nonce')
    if (nonce !== null) latestNonce.set(origin, nonce)
    return response
  }

  return {
    publicJwk,
    // The members in the order of their names (RFC 7638 §3).
    confirmation: { jkt: await hash(JSON.stringify(publicJwk)) },
    proof,
    async fetch(url, { token, ...init }) {
      const response = await sendOnce(url, token, init)
      const asksForNonce = /error="use_dpop_nonce"/.test(response.headers.get('WWW-Authenticate') ?? '')
      if (response.status !== 401 || !asksForNonce) return response
      await response.body?.cancel()
      return sendOnce(url, token, init)
    },
  }
}

/** Creates one proof with a new key, and returns both. */
export async function dpopProof(
  options: ProofOptions & DpopClientOptions,
): Promise<{ readonly proof: string; readonly confirmation: DpopClient['confirmation'] }> {
  const { now, fetch: send, ...request } = options
  const client = await dpopClient({ ...(now && { now }), ...(send && { fetch: send }) })
  return { proof: await client.proof(request), confirmation: client.confirmation }
}

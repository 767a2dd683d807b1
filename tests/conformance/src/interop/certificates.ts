import { createHash, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import {
  type Authenticator,
  type ClientCertificateSource,
  createAuthenticator,
  createIssuer,
  createVerifier,
  generateKey,
} from '@sealbearer/core'

const fixture = (name: string): string =>
  readFileSync(new URL(`../../../../packages/core/fixtures/openssl/${name}.pem`, import.meta.url), 'utf8')

/** A key and its certificate. */
export interface TlsIdentity {
  readonly key: string
  readonly cert: string
  /** As tokens have it (RFC 8705 §3.1). */
  readonly thumbprint: string
}

function identity(name: string): TlsIdentity {
  const cert = fixture(`${name}.x509`)
  const thumbprint = createHash('sha256').update(new X509Certificate(cert).raw).digest('base64url')
  return { key: fixture(`${name}.pkcs8`), cert, thumbprint }
}

export const serverIdentity: TlsIdentity = identity('ec-P-256')
export const clientIdentity: TlsIdentity = identity('ec-P-384')
export const otherIdentity: TlsIdentity = identity('rsa')

const key = await generateKey('ES256', { kid: 'signing' })
const parties = {
  issuer: 'https://auth.example.com',
  audience: 'https://api.example.com',
  typ: 'at+jwt',
} as const
const tokens = createIssuer({ ...parties, lifetime: '5m', signature: { algorithm: 'ES256', keys: key } })
const verifier = createVerifier({ ...parties, signature: { algorithms: ['ES256'], keys: key } })

export const createCertificateAuthenticator = (clientCertificate: ClientCertificateSource): Authenticator =>
  createAuthenticator({ verifier, clientCertificate })

/** A token that is bound to the client's certificate, or to none. */
export async function tokenBoundTo(thumbprint: string | undefined): Promise<string> {
  const cnf = thumbprint === undefined ? {} : { cnf: { 'x5t#S256': thumbprint } }
  const { token } = await tokens.issue({ sub: 'user_1', client_id: 'app', scope: 'orders:read', ...cnf })
  return token
}

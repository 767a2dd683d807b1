import { signJws } from '../jws/sign.js'
import { type Endpoint, type EndpointResponse, endpointAt } from './endpoint.js'
import type { CheckedResource } from './resource.js'
import type { Scheme } from './scheme.js'

/** How requests to a resource are authenticated. */
interface ResourceFacts {
  readonly schemes: readonly Scheme[]
  /** Whether a source of credentials is the Authorization header. */
  readonly readsAuthorization: boolean
  /** Whether tokens can be bound to a client's certificate. */
  readonly readsCertificates: boolean
}

/** It is public, and clients in browsers must be able to read it. */
const cors = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Allow-Methods': 'GET, HEAD, OPTIONS',
  'Access-Control-Allow-Headers': '*',
}

/**
 * Creates the endpoint for the metadata of a protected resource.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9728#section-3 RFC 9728 §3}
 */
export function createMetadataEndpoint(resource: CheckedResource, facts: ResourceFacts): Endpoint {
  const metadata = metadataOf(resource, facts)
  let body: Promise<string> | undefined
  return endpointAt(resource.path, async ({ method }): Promise<EndpointResponse> => {
    if (method === 'OPTIONS') return { status: 204, headers: cors, body: undefined }
    if (method !== 'GET' && method !== 'HEAD') {
      return { status: 405, headers: { ...cors, Allow: 'GET, HEAD, OPTIONS' }, body: undefined }
    }
    body ??= written(metadata, resource)
    const text = await body
    const headers = { ...cors, 'Cache-Control': 'public, max-age=300', 'Content-Type': 'application/json' }
    return { status: 200, headers, body: method === 'HEAD' ? undefined : text }
  })
}

type Metadata = Readonly<Record<string, unknown>>

function metadataOf({ described }: CheckedResource, facts: ResourceFacts): Metadata {
  const { schemes, readsAuthorization, readsCertificates } = facts
  const dpop = schemes.find(({ name }) => name === 'DPoP')
  return {
    ...described,
    bearer_methods_supported: readsAuthorization ? ['header'] : [],
    ...(dpop !== undefined && {
      dpop_signing_alg_values_supported: dpop.attributes['algs']?.split(' '),
      dpop_bound_access_tokens_required: schemes.every(({ confirmation }) => confirmation !== undefined),
    }),
    tls_client_certificate_bound_access_tokens: readsCertificates,
  }
}

async function written(metadata: Metadata, { identifier, signature }: CheckedResource): Promise<string> {
  if (signature === undefined) return JSON.stringify(metadata)
  const { key, algorithm, issuer = identifier } = signature
  const payload = new TextEncoder().encode(JSON.stringify({ ...metadata, iss: issuer }))
  return JSON.stringify({ ...metadata, signed_metadata: await signJws(payload, { algorithm, key }) })
}

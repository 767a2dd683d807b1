import { exportJwk, generateKey } from '@sealbearer/core'
import { type Adapter, type AdapterPayload, type Configuration, Provider } from 'oidc-provider'
import { createClient } from 'redis'
import { audience, clientId, type Peer } from './token-endpoint.js'

/** oidc-provider on its own store in memory, or on Redis with the two operations that a renewal needs. */
export async function oidcProvider(origin: string, redisUrl?: string): Promise<Peer> {
  const key = await generateKey('ES256', { kid: 'signing', extractable: true })
  const redis = redisUrl === undefined ? undefined : await createClient({ url: redisUrl }).connect()
  const provider = new Provider(origin, {
    ...configuration({ ...exportJwk(key) }),
    ...(redis && { adapter: (name: string) => redisAdapter(redis, name) }),
  })
  const client = await provider.Client.find(clientId)
  if (client === undefined) throw new Error('the client was not configured')
  const answer = provider.callback()
  return {
    title: 'oidc-provider',
    place: redis === undefined ? 'memory' : 'Redis',
    path: '/token',
    listener: (request, response) => void answer(request, response),
    async newToken() {
      const accountId = crypto.randomUUID()
      const grant = new provider.Grant({ accountId, clientId })
      grant.addResourceScope(audience, 'orders:read')
      grant.addOIDCScope('offline_access')
      const grantId = await grant.save()
      const token = new provider.RefreshToken({
        ...{ accountId, client, grantId, scope: 'offline_access orders:read', resource: audience },
        ...{ gty: 'authorization_code', rotations: 0, iiat: Math.floor(Date.now() / 1000) },
        // Its types have members that only other grants fill.
      } as never)
      return token.save()
    },
    async close() {
      redis?.destroy()
    },
  }
}

const configuration = (jwk: object): Configuration => ({
  // Its types know JWKs by their members; ours are of the same standard.
  jwks: { keys: [jwk as never] },
  clients: [
    {
      client_id: clientId,
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token'],
      redirect_uris: ['https://app.example.com/callback'],
      response_types: ['code'],
      id_token_signed_response_alg: 'ES256',
    },
  ],
  scopes: ['offline_access', 'orders:read'],
  rotateRefreshToken: true,
  findAccount: (_, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
  features: {
    devInteractions: { enabled: false },
    resourceIndicators: {
      enabled: true,
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({
        audience,
        scope: 'orders:read',
        accessTokenFormat: 'jwt',
        accessTokenTTL: 900,
        jwt: { sign: { alg: 'ES256' } },
      }),
    },
  },
})

type Redis = Pick<Awaited<ReturnType<ReturnType<typeof createClient>['connect']>>, 'get' | 'set' | 'del'>

function redisAdapter(redis: Redis, name: string): Adapter {
  const keyOf = (id: string): string => `bench:oidc:${name}:${id}`
  const find = async (id: string): Promise<AdapterPayload | undefined> => {
    const text = await redis.get(keyOf(id))
    return text === null ? undefined : JSON.parse(text)
  }
  const write = async (id: string, payload: object, seconds = 3600): Promise<void> => {
    await redis.set(keyOf(id), JSON.stringify(payload), { expiration: { type: 'EX', value: seconds } })
  }
  return {
    find,
    findByUid: async () => undefined,
    findByUserCode: async () => undefined,
    upsert: write,
    async consume(id) {
      const payload = await find(id)
      if (payload !== undefined) await write(id, { ...payload, consumed: Math.floor(Date.now() / 1000) })
    },
    destroy: async (id) => void (await redis.del(keyOf(id))),
    revokeByGrantId: async () => undefined,
  }
}

import { expectRefused } from '@sealbearer/testing'
import { expect, test } from 'vitest'
import { bearerHeaders, createRecipeIssuer, loadRecipe } from './testing/recipe.js'

interface Recipe {
  proxy(request: Request): Promise<Response | undefined>
}

const asked = (token?: string): Request =>
  new Request('https://api.example.com/api/orders', { headers: bearerHeaders(token) })

test('nextjs-proxy.ts passes a valid token on, and refuses the rest', async () => {
  const issuer = await createRecipeIssuer()
  const env = { ISSUER: await issuer.listen(), NODE_ENV: 'production' }
  issuer.outage(true)
  const unlucky = await loadRecipe<Recipe>('nextjs-proxy.ts', env)
  const refused = async ({ proxy }: Recipe, token?: string) =>
    (await proxy(asked(token))) ?? expect.unreachable()
  expectRefused(await refused(unlucky, await issuer.mint()), 'SB_KEYS_UNAVAILABLE')
  issuer.outage(false)
  const recipe = await loadRecipe<Recipe>('nextjs-proxy.ts', env)
  expect(await recipe.proxy(asked(await issuer.mint()))).toBeUndefined()
  expectRefused(await refused(recipe), 'SB_CREDENTIALS_MISSING')
  expectRefused(await refused(recipe, await issuer.mint.expired()), 'SB_TOKEN_EXPIRED')
  await issuer.close()
})

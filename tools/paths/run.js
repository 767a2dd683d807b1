// Which files of the built core one verification enters, and one guarded request: `node tools/paths/run.js`, after a
// build. V8's precise coverage counts the functions that ran since the last look; a file is entered if one of its own did.
import { Session } from 'node:inspector/promises'

/** @param {string} path @returns {Promise<any>} built, and so without types before the first build */
const built = (path) => import(new URL(`../../packages/${path}`, import.meta.url).href)
const { createAuthenticator, createIssuer, createVerifier, generateKey } = await built('core/dist/index.js')
const { createGuard, nodeAuthRequest } = await built('core/dist/adapter.js')
const core = new URL('../../packages/core/dist/', import.meta.url).href

const session = new Session()
session.connect()
await session.post('Profiler.enable')
await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false })

/** @param {string} title @param {() => unknown} run */
async function print(title, run) {
  await session.post('Profiler.takePreciseCoverage')
  await run()
  const { result } = await session.post('Profiler.takePreciseCoverage')
  const entered = result
    .filter(({ url, functions }) => url.startsWith(core) && functions.some(ran))
    .map(({ url }) => url.slice(core.length))
  console.log(`${title}: ${entered.length}\n  ${entered.sort().join('\n  ')}`)
}

/** The module itself is a function that begins at 0. @param {import('node:inspector').Profiler.FunctionCoverage} of */
const ran = ({ ranges: [range] }) => range !== undefined && range.startOffset > 0 && range.count > 0

const key = await generateKey('ES256')
const parties = { issuer: 'https://auth.example.com', audience: 'https://api.example.com', typ: 'at+jwt' }
const issuer = createIssuer({ ...parties, signature: { algorithm: 'ES256', keys: key }, lifetime: '5m' })
const verifier = createVerifier({ ...parties, signature: { algorithms: ['ES256'], keys: key } })
const guard = createGuard(createAuthenticator({ verifier }), { scope: 'orders:read' })
const [token, other] = await Promise.all(
  ['one', 'two'].map(async (sub) => (await issuer.issue({ sub, scope: 'orders:read' })).token),
)

/** What an adapter does with a request of Node. @param {string} of */
async function request(of) {
  const authorization = `Bearer ${of}`
  const incoming = {
    method: 'GET',
    url: '/orders',
    headers: { host: 'localhost', authorization },
    rawHeaders: ['Host', 'localhost', 'Authorization', authorization],
    socket: {},
  }
  const { ok, error } = await guard(
    nodeAuthRequest(incoming, () => true, { target: '/orders' }),
    incoming,
  )
  if (!ok) throw error
}

await print('the first verification', () => verifier.verify(token))
await print('the second, of the same token', () => verifier.verify(token))
await print('another token', () => verifier.verify(other))
await print('the first guarded request', () => request(token))
await print('the second', () => request(token))

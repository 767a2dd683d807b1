import type { Example } from '../example.js'

/** Shell commands to try after the tour. */
export function curlLines({ tokenService, servers, users }: Example): string {
  const login = (username: string, more: Readonly<Record<string, string>>): string => {
    const body = JSON.stringify({ username, password: users.passwords.get(username), ...more })
    return `-H 'Content-Type: application/json' \\\n  -d '${body}' ${tokenService.url}/login`
  }
  return `
# Log in; the form is signed, encrypted or nested.
TOKEN=$(curl -s ${login('ada', { form: 'nested' })} |
  node -p 'JSON.parse(fs.readFileSync(0)).access_token')

curl -i -H "Authorization: Bearer $TOKEN" ${servers.fastify.url}/me
curl -i -H "Authorization: Bearer $TOKEN" ${servers.koa.url}/orders
curl -i -H "Authorization: Bearer $TOKEN" ${servers.hono.url}/admin
curl -i ${servers.express.url}/me

# The same as a cookie. To write with it, a request must prove that one of the server's own pages sent it.
JAR=$(mktemp)
curl -i -c "$JAR" ${login('ben', { form: 'encrypted', deliver: 'cookie' })}
curl -i -b "$JAR" ${servers.express.url}/me
curl -i -b "$JAR" -X POST ${servers.express.url}/orders
curl -i -b "$JAR" -X POST -H 'Sec-Fetch-Site: same-origin' ${servers.express.url}/orders

# What attackers know: the public keys, of the token service and of the servers.
curl -i ${tokenService.url}/.well-known/jwks.json
curl -i ${servers.fastify.url}/.well-known/jwks.json
`.trim()
}

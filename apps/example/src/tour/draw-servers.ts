import type { Example } from '../example.js'

/** Lists the servers, the users, and what differs from production. */
export function drawServers({ tokenService, partner, servers, users, accessCookie }: Example): string {
  const rows = Object.entries({ 'token service': tokenService, ...servers, partner }).map(
    ([name, { url, moved }]) => `  ${name.padEnd(14)} ${url}${moved ? '  (its own port was taken)' : ''}`,
  )
  const logins = [...users.passwords].map(([username, password]) => `${username} / ${password}`)
  return [
    ...rows,
    '',
    `  Open ${servers.fastify.url} in a browser to log in; a login on one server is one on all four.`,
    `  Users of this demo, new at each start: ${logins.join(', ')}`,
    accessCookie.secure
      ? `  Cookie: ${accessCookie.name} with Secure, as behind HTTPS.`
      : `  Cookie: ${accessCookie.name} without Secure, because this is plain HTTP on loopback. Behind HTTPS, and here with
  SECURE_COOKIE=1, it is __Host-access with Secure.`,
  ].join('\n')
}

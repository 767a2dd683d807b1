import type { Example } from '../example.js'

/** Says what is up, who can log in and what is not as it would be in production. */
export function drawServers({ tokenService, partner, servers, users, accessCookie }: Example): string {
  const rows = Object.entries({ 'token service': tokenService, ...servers, partner }).map(
    ([name, { url, moved }]) => `  ${name.padEnd(14)} ${url}${moved ? '  (its own port was taken)' : ''}`,
  )
  const logins = [...users.passwords].map(([username, password]) => `${username} / ${password}`)
  return [
    ...rows,
    '',
    `  Open ${servers.fastify.url} in a browser to log in; a login on one server is one on all four.`,
    `  Users for this demo only, made at this start: ${logins.join(', ')}`,
    accessCookie.secure
      ? `  Cookie: ${accessCookie.name} with Secure, as behind HTTPS.`
      : `  Cookie: ${accessCookie.name} without Secure, because this is plain HTTP on loopback. Behind HTTPS, and here with
  SECURE_COOKIE=1, it is __Host-access with Secure.`,
  ].join('\n')
}

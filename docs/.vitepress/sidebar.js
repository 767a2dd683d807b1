/** @param {string} name */
const pkg = (name) => ({ text: `@sealbearer/${name}`, link: `/packages/${name}` })

/** @type {import('vitepress').DefaultTheme.SidebarItem[]} */
export const guides = [
  {
    text: 'Start',
    items: [
      { text: "Verify a provider's tokens", link: '/guides/verify-provider-tokens' },
      { text: 'Issue tokens', link: '/guides/issue-tokens' },
      { text: 'Development, Docker and proxies', link: '/guides/development-docker-proxies' },
      { text: 'Testing', link: '/guides/testing' },
      { text: 'Migrating', link: '/guides/migrating' },
    ],
  },
  {
    text: 'Users and sessions',
    items: [
      { text: 'Sessions, refresh tokens, logout', link: '/guides/sessions' },
      { text: 'Cookies and CSRF', link: '/guides/cookies-and-csrf' },
      { text: 'Several issuers, multi-tenant', link: '/guides/several-issuers' },
      { text: 'Step-up and metadata', link: '/guides/step-up-and-metadata' },
      { text: 'DPoP and certificates', link: '/guides/dpop' },
      { text: 'MCP servers', link: '/guides/mcp' },
    ],
  },
  {
    text: 'Keys and forms',
    items: [
      { text: 'Keys and rotation', link: '/guides/keys-and-rotation' },
      { text: 'Encrypted and nested tokens', link: '/guides/encrypted-and-nested-tokens' },
    ],
  },
  {
    text: 'Operation',
    items: [
      { text: 'See why a request was refused', link: '/guides/see-why-a-request-was-refused' },
      { text: 'Errors and logging', link: '/guides/errors-and-logging' },
      { text: 'Error codes', link: '/error-codes' },
      { text: 'Performance', link: '/performance' },
      { text: 'Security', link: '/security' },
      { text: 'Requirements, by RFC', link: '/requirements' },
    ],
  },
]

/** @type {import('vitepress').DefaultTheme.SidebarItem[]} */
export const project = [
  { text: 'Examples, one file each', link: '/examples' },
  {
    text: 'Packages',
    items: [
      ...['core', 'fastify', 'koa', 'hono', 'express', 'nestjs', 'sessions', 'redis', 'postgres', 'mcp'].map(
        pkg,
      ),
      ...['testing', 'opentelemetry', 'cli'].map(pkg),
    ],
  },
]

/** What Nuxt imports by itself into server routes. */
declare function defineEventHandler(
  handler: (event: { readonly node: { readonly req: import('node:http').IncomingMessage } }) => unknown,
): unknown

/** What the recipe uses of it; the types of Cloudflare Workers replace those of Node and of browsers. */
declare module 'cloudflare:workers' {
  export function waitUntil(promise: Promise<unknown>): void
}

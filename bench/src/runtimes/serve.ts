import { handle } from './program.js'

/** What is used of Bun and of Deno, each of which has only its own. */
declare const Bun: {
  serve(options: { port: number; hostname: string; fetch: typeof handle }): { readonly port: number }
}
declare const Deno: {
  serve(
    options: { port: number; hostname: string; onListen: () => void },
    handler: typeof handle,
  ): { readonly addr: { readonly port: number } }
}

const address = { port: 0, hostname: '127.0.0.1' }
const port =
  'Bun' in globalThis
    ? Bun.serve({ ...address, fetch: handle }).port
    : Deno.serve({ ...address, onListen: () => undefined }, handle).addr.port
console.log(JSON.stringify({ port }))

/** Whether the runtime is that of Cloudflare Workers, by its user agent. */
export function isCloudflareWorkers(): boolean {
  const { navigator } = globalThis as { readonly navigator?: { readonly userAgent?: unknown } }
  return navigator?.userAgent === 'Cloudflare-Workers'
}

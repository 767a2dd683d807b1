import type { AuthRequest } from '#core/http/request.js'

/** A safe request that has one header. */
export const requestWith = (name: string, ...values: string[]): AuthRequest => ({
  method: 'GET',
  target: '/',
  secure: true,
  remoteAddress: undefined,
  header: (asked) => (asked === name ? values : []),
})

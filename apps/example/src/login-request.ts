import type { TokenForm } from '@sealbearer/core'

/** The body of a login request. */
export interface LoginRequest {
  readonly username: string
  readonly password: string
  readonly form: TokenForm
  readonly deliver: 'body' | 'cookie'
  /** The requested scopes; all of the user's if absent. */
  readonly scope: readonly string[] | undefined
}

const isForm = (value: unknown): value is TokenForm =>
  value === 'signed' || value === 'encrypted' || value === 'nested'

const isDelivery = (value: unknown): value is LoginRequest['deliver'] =>
  value === 'body' || value === 'cookie'

/** Reads the body of a login; `undefined` for an invalid one. */
export function readLoginRequest(body: unknown): LoginRequest | undefined {
  if (typeof body !== 'object' || body === null) return undefined
  const {
    username,
    password,
    form = 'signed',
    deliver = 'body',
    scope,
  }: Record<string, unknown> = { ...body }
  if (typeof username !== 'string' || typeof password !== 'string') return undefined
  if (!isForm(form) || !isDelivery(deliver)) return undefined
  if (scope !== undefined && typeof scope !== 'string') return undefined
  return { username, password, form, deliver, scope: scope?.split(' ') }
}

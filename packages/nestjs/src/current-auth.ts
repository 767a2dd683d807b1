import { createParamDecorator, type ExecutionContext } from '@nestjs/common'
import { type Authenticator, getAuth } from '@sealbearer/core/adapter'

/** Whose `auth` a parameter gets. */
export interface CurrentAuthOptions {
  /** Needed where guards of several authenticators run, and with `optional`. */
  readonly authenticator: Authenticator<unknown>
  /** `true` where the guard of the route is optional: the parameter may be `undefined`. @default false */
  readonly optional?: boolean
}

const decorator = createParamDecorator(
  (options: CurrentAuthOptions | undefined, context: ExecutionContext) => {
    const request: object = context.switchToHttp().getRequest()
    return options === undefined ? getAuth(request) : getAuth(request, options.authenticator, options)
  },
)

/**
 * Decorates a parameter of a handler, which gets the `auth` of the sender. Declare its type: `Auth`, or `Auth<Claims>` with
 * the claims of your verifier.
 *
 * A request that no guard has let through is answered with 500, since its route was left open by mistake.
 *
 * @example
 * list(@CurrentAuth() auth: Auth) {}
 */
export function CurrentAuth(options?: CurrentAuthOptions): ParameterDecorator {
  return decorator(options)
}

import { createParamDecorator, type ExecutionContext } from '@nestjs/common'
import { type Authenticator, getAuth } from '@sealbearer/core/adapter'

/** Options of {@link CurrentAuth}. */
export interface CurrentAuthOptions {
  /** The authenticator of the guard; required if guards of several authenticators run on the route, and with `optional`. */
  readonly authenticator: Authenticator<unknown>
  /** `true` if the guard of the route is optional: the parameter may be `undefined`. @default false */
  readonly optional?: boolean
}

const decorator = createParamDecorator(
  (options: CurrentAuthOptions | undefined, context: ExecutionContext) => {
    const request: object = context.switchToHttp().getRequest()
    return options === undefined ? getAuth(request) : getAuth(request, options.authenticator, options)
  },
)

/**
 * Decorates a parameter of a handler that receives the `auth` of the sender. Declare its type: `Auth`, or `Auth<Claims>` with
 * the claims of your verifier.
 *
 * If no guard has accepted the request, the response is 500, because the route lacks a guard by mistake.
 *
 * @example
 * list(@CurrentAuth() auth: Auth) {}
 */
export function CurrentAuth(options?: CurrentAuthOptions): ParameterDecorator {
  return decorator(options)
}

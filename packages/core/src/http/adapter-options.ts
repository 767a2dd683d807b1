import type { ErrorCode } from '../error-table.js'
import type { SealbearerError } from '../errors.js'
import type { VerifiedClaims } from '../jwt/claims.js'
import { isTrue } from '../maybe-promise.js'
import { checkMembers, type Listener, listenerOption, oneOf } from '../options.js'
import type { Authenticator } from './authenticator.js'
import type { AuthUnder } from './outcome.js'

/** What to do with a rejected request: respond, or pass the error to the framework's own error handling. */
export type OnFailure = 'respond' | 'throw'

/** Where rejections are logged: a pino logger, or `console`. */
export interface RefusalLogger {
  info(fields: { readonly code: ErrorCode; readonly parameter: string | undefined }, message: string): unknown
}

/** Options of a guard. */
export interface GuardOptions {
  /**
   * `'respond'` sends the response. `'throw'` passes the error to the framework's error handling, with `status`,
   * `headers` and `body` of the response.
   *
   * @default 'respond'
   */
  readonly onFailure?: OnFailure | undefined
  /**
   * Receives a line for each rejected request, with the code of the error and the name of the claim, header or option
   * at fault, never its value.
   *
   * @default nothing is logged
   */
  readonly logger?: RefusalLogger | undefined
}

/**
 * Reads `onFailure`.
 *
 * @param more Names of the adapter's other options.
 * @returns Whether failures are thrown. The default is to respond.
 * @throws {TypeError} for an unknown option, and for an unknown value of `onFailure`.
 */
export function throwsOnFailure(
  options: Pick<GuardOptions, 'onFailure'>,
  more: readonly string[] = [],
): boolean {
  checkMembers('options', options, ['onFailure', ...more])
  const { onFailure } = options
  return onFailure !== undefined && oneOf('onFailure', onFailure, ['respond', 'throw']) === 'throw'
}

/** What guards have logged: an error handler that gets such an error must not log it again. */
const loggedByGuard = new WeakSet<SealbearerError>()

/** Logs a request that a guard rejects. */
export function logRefusal(logger: RefusalLogger, error: SealbearerError): void {
  loggedByGuard.add(error)
  writeLine(logger, error)
}

/** Logs a rejection that was thrown, unless a guard has: an application can throw the same error for many requests. */
export function logThrownRefusal(logger: RefusalLogger, error: SealbearerError): void {
  if (!loggedByGuard.has(error)) writeLine(logger, error)
}

function writeLine(logger: RefusalLogger, { code, parameter }: SealbearerError): void {
  logger.info({ code, parameter }, 'request refused')
}

/**
 * Reads the options of a guard for a framework without a logger.
 *
 * @param more Names of the adapter's other options.
 * @returns Whether failures are thrown, and the function that logs them.
 * @throws {TypeError} for an unknown option, and for an invalid one.
 */
export function guardOptions(
  options: GuardOptions,
  more: readonly string[] = [],
): { readonly throws: boolean; readonly log: Listener<SealbearerError> } {
  const throws = throwsOnFailure(options, ['logger', ...more])
  return { throws, log: refusalLog(options.logger, logRefusal) }
}

/** Options of a route that serves an endpoint, or of a handler for refusals. */
export type LogOptions = Pick<GuardOptions, 'logger'>

/**
 * Reads the option `logger`, for a framework without a logger.
 *
 * @param more Names of the adapter's other options.
 * @returns The function that logs the error of a rejected request, unless a guard has logged it.
 * @throws {TypeError} for an unknown option, and for an invalid one.
 */
export function logOptions(
  options: LogOptions,
  more: readonly string[] = [],
): (error: SealbearerError | undefined) => void {
  checkMembers('options', options, ['logger', ...more])
  const log = refusalLog(options.logger, logThrownRefusal)
  return (error) => error && log(error)
}

function refusalLog(logger: RefusalLogger | undefined, log: typeof logRefusal): Listener<SealbearerError> {
  if (logger === undefined) return () => {}
  if (typeof logger !== 'object' || logger === null || typeof logger.info !== 'function') {
    throw new TypeError("logger: must have a method info(fields, message), as pino's loggers and console do")
  }
  return listenerOption('logger', (error) => log(logger, error), 'an error')
}

/** A property of all requests, or a function that returns it for one. */
export type SecureOption<Request> = boolean | ((request: Request) => boolean)

/**
 * Reads the option `secure`, for frameworks without their own proxy trust setting.
 *
 * @param detect The default.
 * @throws {TypeError} for anything but a boolean or a function.
 */
export function secureOption<Request>(
  secure: SecureOption<Request> | undefined,
  detect: (request: Request) => boolean,
): (request: Request) => boolean {
  if (secure === undefined) return detect
  if (typeof secure === 'boolean') return () => secure
  if (typeof secure !== 'function') {
    throw new TypeError('secure: must be true, false or a function that returns one of them')
  }
  return (request) => isTrue(secure(request))
}

/** The type of `auth` under a requirement whose `optional` has this type. */
export type AuthOf<A, Optional = false> =
  A extends Authenticator<infer Claims> ? AuthUnder<Claims, Optional> : never

/** The type of `auth` from the `Register` interface that users augment; untyped claims by default. */
export type RegisteredAuth<Register> = Register extends { readonly authenticator: infer A }
  ? AuthOf<A>
  : AuthUnder<VerifiedClaims>

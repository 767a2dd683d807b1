import { type ArgumentsHost, Catch, type HttpServer } from '@nestjs/common'
import { BaseExceptionFilter } from '@nestjs/core'
import { isRefusal, type LogOptions, logOptions } from '@sealbearer/core/adapter'
import { refusalException } from './refusal-exception.js'

/**
 * An exception filter that responds to the errors of `authenticator.refuse` as guards respond, and logs them if it has a
 * logger. Other exceptions are handled as without it.
 *
 * @example
 * app.useGlobalFilters(new RefusalFilter(app.getHttpAdapter()))
 */
export class RefusalFilter extends BaseExceptionFilter {
  readonly #log: ReturnType<typeof logOptions>

  /**
   * @param adapter `app.getHttpAdapter()`; injected where the filter is a provider.
   * @throws {TypeError} for an unknown option, and for an invalid one.
   */
  constructor(adapter?: HttpServer, options: LogOptions = {}) {
    super(adapter)
    this.#log = logOptions(options)
  }

  override catch(error: unknown, host: ArgumentsHost): void {
    if (host.getType() !== 'http' || !isRefusal(error)) {
      super.catch(error, host)
      return
    }
    this.#log(error)
    super.catch(refusalException(error, error, host.switchToHttp().getResponse()), host)
  }
}
// As the decorator `@Catch()` does.
Catch()(RefusalFilter)

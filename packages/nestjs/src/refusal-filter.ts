import { type ArgumentsHost, Catch } from '@nestjs/common'
import { BaseExceptionFilter } from '@nestjs/core'
import { isRefusal } from '@sealbearer/core/adapter'
import { refusalException } from './refusal-exception.js'

/**
 * An exception filter that answers what handlers refuse by `authenticator.refuse` as guards answer. Other exceptions are
 * answered as without it.
 *
 * @example
 * app.useGlobalFilters(new RefusalFilter(app.getHttpAdapter()))
 */
export class RefusalFilter extends BaseExceptionFilter {
  override catch(error: unknown, host: ArgumentsHost): void {
    const isAnswered = host.getType() === 'http' && isRefusal(error)
    super.catch(isAnswered ? refusalException(error, error, host.switchToHttp().getResponse()) : error, host)
  }
}
// As the decorator `@Catch()` does.
Catch()(RefusalFilter)

// NestJS: decorators and a guard, on Express or Fastify. Run it with `npx tsx nestjs.ts`; tsconfig.json needs "experimentalDecorators": true.
import 'reflect-metadata'
import {
  Controller,
  createParamDecorator,
  type ExecutionContext,
  Get,
  HttpException,
  Module,
  UseGuards,
} from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { ExpressAdapter } from '@nestjs/platform-express'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import {
  type Auth,
  createAuthenticator,
  createVerifier,
  discoverIssuer,
  type Requirement,
} from '@sealbearer/core'
import { createGuard, getAuth, nodeAuthRequest } from '@sealbearer/core/adapter'

const { ISSUER = 'https://auth.example.com', PLATFORM = 'express', PORT = '3000' } = process.env
const { issuer, keys } = discoverIssuer(ISSUER)
const authenticator = createAuthenticator({
  verifier: createVerifier({
    issuer,
    audience: 'https://api.example.com',
    typ: 'at+jwt',
    signature: { algorithms: ['RS256'], keys },
  }),
})

/** Guards a controller, or one of its handlers. The requirement is checked when the application starts. */
export function RequireAuth(requirement?: Requirement): ClassDecorator & MethodDecorator {
  const guard = createGuard(authenticator, requirement)
  return UseGuards({
    async canActivate(context: ExecutionContext) {
      const http = context.switchToHttp()
      const [request, response] = [http.getRequest(), http.getResponse()]
      // Whether it was TLS, as the platform's own setting for proxies says.
      const incoming = nodeAuthRequest(request.raw ?? request, () => request.protocol === 'https')
      const outcome = await guard(incoming, request)
      for (const [name, value] of Object.entries(outcome.headers)) response.header(name, value)
      if (!outcome.ok) throw new HttpException(outcome.body, outcome.status)
      return true
    },
  })
}

/** Who sends the request. */
export const CurrentAuth = createParamDecorator((_: unknown, context: ExecutionContext) =>
  getAuth(context.switchToHttp().getRequest(), authenticator),
)

@Controller('orders')
class OrdersController {
  @Get()
  @RequireAuth({ scope: 'orders:read' })
  list(@CurrentAuth() auth: Auth): { sub: string | undefined } {
    return { sub: auth.claims.sub }
  }
}

@Module({ controllers: [OrdersController] })
class AppModule {}

const platform = PLATFORM === 'fastify' ? new FastifyAdapter() : new ExpressAdapter()
export const app = await NestFactory.create(AppModule, platform, { logger: ['error', 'warn'] })
await app.listen(PORT)

// NestJS, on Express or Fastify. Run it with `npx tsx nestjs.ts`; tsconfig.json needs "experimentalDecorators": true.
// npm install @sealbearer/core @sealbearer/nestjs @nestjs/common @nestjs/core @nestjs/platform-express @nestjs/platform-fastify reflect-metadata rxjs
import 'reflect-metadata'
import { Controller, Get, Module, UseGuards } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { ExpressAdapter } from '@nestjs/platform-express'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import { type Auth, createAuthenticator, createVerifier, discoverIssuer } from '@sealbearer/core'
import { CurrentAuth, RefusalFilter, requireAuth } from '@sealbearer/nestjs'

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

@Controller('orders')
class OrdersController {
  @Get()
  @UseGuards(requireAuth(authenticator, { scope: 'orders:read' }))
  list(@CurrentAuth() auth: Auth): { sub: string | undefined } {
    return { sub: auth.claims.sub }
  }
}

@Module({ controllers: [OrdersController] })
class AppModule {}

const platform = PLATFORM === 'fastify' ? new FastifyAdapter() : new ExpressAdapter()
export const app = await NestFactory.create(AppModule, platform, { logger: ['error', 'warn'] })
// Answers what handlers refuse by `authenticator.refuse`, too.
app.useGlobalFilters(new RefusalFilter(app.getHttpAdapter()))
await app.listen(PORT)

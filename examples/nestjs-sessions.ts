// Sessions in cookies with NestJS, on Express or Fastify. Run it with `SECRET=… npx tsx nestjs-sessions.ts`; tsconfig.json needs "experimentalDecorators": true.
// npm install @sealbearer/core @sealbearer/nestjs @sealbearer/sessions @nestjs/common @nestjs/core @nestjs/platform-express @nestjs/platform-fastify reflect-metadata rxjs
import 'reflect-metadata'
import { Controller, Get, Module, Post, Req, Res, UseGuards } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { ExpressAdapter } from '@nestjs/platform-express'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import { type Auth, createMemoryStore, generateKey } from '@sealbearer/core'
import { CurrentAuth, RefusalFilter, requireAuth, serve } from '@sealbearer/nestjs'
import { type CheckedRequest, createBrowserSessions } from '@sealbearer/sessions'

const { PLATFORM = 'express', PORT = '3000', SECRET = '' } = process.env
const { authenticator, cookies, logIn } = createBrowserSessions({
  issuer: 'https://app.example.com', // your own application
  signature: { algorithm: 'ES256', keys: await generateKey('ES256') }, // in production: a key ring
  refreshTokens: { secret: SECRET }, // at least 32 bytes: `openssl rand -base64 32`
  store: createMemoryStore(), // for one process
})

type Request = CheckedRequest & { readonly raw?: CheckedRequest }
type Response = { header(name: string, value: string[]): void }

@Controller()
class AppController {
  @Post('login')
  async logIn(@Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<object> {
    // Check the password here.
    const user = { sub: 'user_123' }
    response.header('Set-Cookie', await logIn(request.raw ?? request, user)) // Fastify has Node's request as `raw`
    return { loggedIn: true }
  }

  @Get('me')
  @UseGuards(requireAuth(authenticator))
  me(@CurrentAuth() auth: Auth): object {
    return { sub: auth.claims.sub }
  }
}

@Module({ controllers: [AppController] })
class AppModule {}

const platform = PLATFORM === 'fastify' ? new FastifyAdapter() : new ExpressAdapter()
export const app = await NestFactory.create(AppModule, platform, { logger: ['error', 'warn'] })
app.useGlobalFilters(new RefusalFilter(app.getHttpAdapter())) // answers what logIn throws
app.getHttpAdapter().post('/logout', serve(cookies.logout))
app.getHttpAdapter().post('/logout-everywhere', serve(cookies.logoutEverywhere))
await app.listen(PORT)

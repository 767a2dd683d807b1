export { type Answer, type Client, createClient, type Send } from './client.js'
export { testGuardedRoute } from './guarded-route.js'
export { authenticator, keys, type OwnClaims } from './own-claims.js'
export { brokenAuthenticator, type Party, staff, users } from './parties.js'
export { forwarded, testPlainHttp } from './plain-http.js'
export {
  describeSender,
  type SenderApp,
  type SenderRoute,
  type ThrowingRoute,
  testLogger,
  testManyHeaders,
  testRefusalLogger,
  testRefusingHandler,
  testSender,
} from './sender.js'

export {
  createSessionClient,
  type SessionClient,
  type SessionClientOptions,
  type Tokens,
} from './session-client.js'
export { createSessionFetch, type SessionFetchOptions } from './session-fetch.js'

import type { HeaderList, RequestShape } from './conformance-case.js'
import { cookieName } from './policies.js'
import type { Tokens } from './tokens.js'

/** Makes one token. */
export type TokenRecipe = (tokens: Tokens) => string | Promise<string>

type Headers = RequestShape['headers']

/** The good token of the policies that take signed ones. */
export const goodToken: TokenRecipe = (tokens) => tokens.signed()

/** An Authorization header with a token. */
export const bearerOf =
  (recipe: TokenRecipe = goodToken, ...more: HeaderList): Headers =>
  async (tokens) => [['Authorization', `Bearer ${await recipe(tokens)}`], ...more]

/** A Cookie header with a token. */
export const cookieOf =
  (recipe: TokenRecipe = goodToken, ...more: HeaderList): Headers =>
  async (tokens) => [['Cookie', `${cookieName}=${await recipe(tokens)}`], ...more]

/** Headers written around the good token. */
export const around =
  (write: (token: string) => HeaderList): Headers =>
  async (tokens) =>
    write(await goodToken(tokens))

/** No credentials. */
export const bare =
  (...more: HeaderList): Headers =>
  () =>
    more

import { authenticateTarget } from './authenticate-target.js'
import { authorizationTarget } from './authorization-target.js'
import { base64urlTarget } from './base64url-target.js'
import { cookieTarget } from './cookie-target.js'
import { headerTarget } from './header-target.js'
import { jsonTarget } from './json-target.js'
import type { Target } from './target.js'
import { tokenTarget } from './token-target.js'
import { verifyTarget } from './verify-target.js'

export type TargetName =
  | 'token'
  | 'base64url'
  | 'json'
  | 'header'
  | 'authorization'
  | 'cookie'
  | 'verify'
  | 'authenticate'

/** What is fuzzed, by the name of its corpus in `tests/hardening/fuzz/`. */
export const targets: Readonly<Record<TargetName, Target>> = {
  token: tokenTarget,
  base64url: base64urlTarget,
  json: jsonTarget,
  header: headerTarget,
  authorization: authorizationTarget,
  cookie: cookieTarget,
  verify: verifyTarget,
  authenticate: authenticateTarget,
}

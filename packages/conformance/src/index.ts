export { type Answer, answers } from './answers.js'
export { type Conformance, createConformance } from './conformance.js'
export {
  type AcceptedCase,
  type ConformanceCase,
  type Connection,
  type Grant,
  type HeaderList,
  isRefused,
  type RefusedCase,
  type RequestShape,
  twinOf,
} from './conformance-case.js'
export { conformanceCases } from './conformance-cases.js'
export { type Gap, joinedCookieGaps, joinedHeaderGaps } from './gaps.js'
export { describeAuth, type GrantAnswer } from './grant.js'
export type { PolicyName } from './policies.js'
export { type RequirementName, requirements } from './requirements.js'
export { conformanceMethods, conformanceRoutes, type Route } from './routes.js'
export { comparableHeaders, reaches, requestOf, runCase } from './run.js'
export { codeHeader, type Target, type WireRequest, type WireResponse } from './target.js'
export type { Tokens } from './tokens.js'
export { authenticateRequestTarget, toWebRequest, webTarget } from './web.js'

import { isRefused, type RequestShape, twinOf } from './conformance-case.js'
import { conformanceCases } from './conformance-cases.js'
import type { PolicyName } from './policies.js'
import type { RequirementName } from './requirements.js'

/** A policy, and a requirement under it. */
export interface Route {
  readonly path: string
  readonly policy: PolicyName
  readonly requirement: RequirementName
}

/** Every route that the table needs. */
export function conformanceRoutes(): readonly Route[] {
  const requests: readonly RequestShape[] = conformanceCases.flatMap((row) =>
    isRefused(row) ? [row, twinOf(row)] : [row],
  )
  const routes = requests.map(({ policy, requirement = 'none' }): readonly [string, Route] => {
    const path = `/${policy}/${requirement}`
    return [path, { path, policy, requirement }]
  })
  return [...new Map(routes).values()]
}

/** The methods that the table needs. */
export const conformanceMethods: readonly string[] = [
  ...new Set(conformanceCases.map(({ method = 'GET' }) => method)),
]

import SwaggerParser from '@apidevtools/swagger-parser'
import { describeSecurity, type SecurityDescription } from '@sealbearer/core'
import { describe, expect, test } from 'vitest'
import { createConformance } from './conformance.js'
import { isRefused } from './conformance-case.js'
import { conformanceCases } from './conformance-cases.js'
import type { PolicyName } from './policies.js'
import { type RequirementName, requirements } from './requirements.js'
import { conformanceRoutes } from './routes.js'

const { policies } = await createConformance()

const describeRoute = (
  policy: PolicyName,
  requirement: RequirementName,
  openapi: '3.0' | '3.1',
): SecurityDescription<'3.0' | '3.1'> =>
  describeSecurity(policies[policy], requirements[requirement], { openapi })

describe('every route of the cases, which Hono, Koa and Express guard alike', () => {
  test.each([
    { version: '3.0.4', openapi: '3.0' },
    { version: '3.1.1', openapi: '3.1' },
  ] as const)('makes a valid document of OpenAPI $version', { timeout: 60_000 }, async (row) => {
    const securitySchemes: Record<string, unknown> = {}
    const paths: Record<string, unknown> = {}
    for (const { path, policy, requirement } of conformanceRoutes()) {
      const described = describeRoute(policy, requirement, row.openapi)
      Object.assign(securitySchemes, described.securitySchemes)
      const { security, responses } = described
      paths[path] = { get: { security, responses: { ...responses, 200: { description: 'accepted' } } } }
    }
    const info = { title: 'Conformance', version: '1.0.0' }
    const document = { openapi: row.version, info, paths, components: { securitySchemes } }
    // Without its type, as that of the parser has no mutualTLS.
    await SwaggerParser.validate(JSON.parse(JSON.stringify(document)))
    expect(Object.keys(paths).length).toBeGreaterThan(50)
    expect(Object.keys(securitySchemes)).toEqual(
      expect.arrayContaining(['bearer', 'dpop', 'cookie.__Host-access']),
    )
    expect('mutualTLS' in securitySchemes).toBe(row.openapi === '3.1')
  })

  const refused = conformanceCases.filter(isRefused)
  test.each(refused.map((row) => [row.title, row] as const))('%s: its answer is described', (_, row) => {
    const { policy, requirement = 'none', answer } = row
    const { responses } = describeRoute(policy, requirement, '3.1')
    const response = Object.entries(responses).find(([status]) => status === String(answer.status))?.[1]
    expect(Object.keys(response?.headers ?? {})).toEqual([
      answer.challenge === null ? 'Retry-After' : 'WWW-Authenticate',
    ])
    const { required, properties } = response?.content['application/json'].schema ?? expect.unreachable()
    const members = Object.keys(JSON.parse(answer.body))
    expect(members).toEqual(expect.arrayContaining(required))
    expect(Object.keys(properties)).toEqual(expect.arrayContaining(members))
  })
})

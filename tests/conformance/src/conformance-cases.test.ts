import { errorTable } from '@sealbearer/core'
import { beforeAll, describe, expect, test } from 'vitest'
import { certificateCases } from './cases/certificates.js'
import { dpopCases } from './cases/dpop.js'
import { introspectionCases } from './cases/introspection.js'
import { mcpCases } from './cases/mcp.js'
import { profileCases } from './cases/profiles.js'
import { stepUpCases } from './cases/step-up.js'
import { type Conformance, createConformance } from './conformance.js'
import { isRefused, twinOf } from './conformance-case.js'
import { conformanceCases } from './conformance-cases.js'
import { requirements } from './requirements.js'
import { conformanceRoutes } from './routes.js'
import { requestOf } from './run.js'
import { webTarget } from './web.js'

const refused = conformanceCases.filter(isRefused)

/** Proofs, certificates, step-up, metadata, introspection, delegation, profiles and MCP. */
const resourceServerCases = [
  dpopCases,
  certificateCases,
  stepUpCases,
  introspectionCases,
  profileCases,
  mcpCases,
]

/** Codes of sessions and their stores, and of a limit that only a server on Node has: no row reaches them here. */
const storeCodes = ['SB_HEADERS_TRUNCATED', 'SB_STORE_VERSION', 'SB_REFRESH_REFUSED', 'SB_CLAIMS_UNAVAILABLE']

/** Codes that answer a request, each with the number of rows that reach it. */
const codes = Object.entries(errorTable).filter(
  ([code, { status }]) => status !== 500 && !storeCodes.includes(code),
)

describe('the table', () => {
  test('has at least eighty cases', () => {
    expect(conformanceCases.length).toBeGreaterThanOrEqual(80)
  })

  test('has at least 120 more for the profile of a resource server', () => {
    const added = resourceServerCases.flat()
    expect(added.every((row) => conformanceCases.includes(row))).toBe(true)
    expect(added.length).toBeGreaterThanOrEqual(120)
    expect(added.filter(isRefused).length).toBeGreaterThanOrEqual(120)
  })

  test('has no title twice', () => {
    const titles = conformanceCases.map(({ title }) => title)
    expect(titles.filter((title, i) => titles.indexOf(title) !== i)).toEqual([])
  })

  test('uses every policy and every requirement', async () => {
    const { policies } = await createConformance()
    const routes = conformanceRoutes()
    const used = (name: 'policy' | 'requirement') => [...new Set(routes.map((route) => route[name]))].sort()
    expect(used('policy')).toEqual(Object.keys(policies).sort())
    expect(used('requirement')).toEqual(Object.keys(requirements).sort())
  })

  test.each(codes)('reaches %s', (code, { status }) => {
    const rows = refused.filter((row) => row.code === code)
    expect(rows.length).toBeGreaterThan(0)
    expect(rows.map(({ answer }) => answer.status)).toEqual(rows.map(() => status))
  })
})

describe('a refused case and its twin', () => {
  const target = webTarget(
    { name: 'none', connections: ['loopback'], tellsCode: false },
    () => new Response(),
  )
  let conformance: Conformance
  beforeAll(async () => {
    conformance = await createConformance()
  })

  test.each(refused.map((row) => [row.title, row] as const))(
    'are not the same request: %s',
    async (_, row) => {
      const [bad, good] = await Promise.all(
        [row, twinOf(row)].map((one) => requestOf(one, target, conformance.tokens)),
      )
      expect(bad).not.toEqual(good)
    },
  )
})

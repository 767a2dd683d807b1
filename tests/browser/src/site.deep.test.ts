import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inChromium, launch, missing } from './chromium.js'
import { axeSource, buildSite, dist, fileOf, serveSite } from './site.js'

beforeAll(buildSite, 600_000)

const pages = () =>
  readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.html'))

/** Ids or links of a page, as they stand in its HTML. */
const attributes = (html: string, name: 'href' | 'id'): readonly string[] =>
  [...html.matchAll(new RegExp(` ${name}="([^"]*)"`, 'g'))].map(([, value = '']) => value)

describe('links', () => {
  test('lead to a page of the site, and to a heading of it', () => {
    const idsOf = new Map<string, ReadonlySet<string>>()
    const idsIn = (file: URL): ReadonlySet<string> => {
      const known = idsOf.get(file.href) ?? new Set(attributes(readFileSync(file, 'utf8'), 'id'))
      idsOf.set(file.href, known)
      return known
    }
    const links = pages().flatMap((page) =>
      attributes(readFileSync(new URL(page, dist), 'utf8'), 'href').map((href) => [page, href] as const),
    )
    const dead = links.filter(([page, href]) => {
      const { origin, pathname, hash } = new URL(href, `http://site/${page}`)
      if (origin !== 'http://site') return false
      const file = fileOf(pathname)
      if (file === undefined) return true
      return hash !== '' && !idsIn(file).has(decodeURIComponent(hash.slice(1)))
    })
    expect(links.length).toBeGreaterThan(1_000)
    expect(dead).toEqual([])
  })

  test('to files on GitHub lead to files that are there', () => {
    const files = pages().flatMap((page) =>
      attributes(readFileSync(new URL(page, dist), 'utf8'), 'href').flatMap((href) => {
        const path = /\/sealbearer\/sealbearer\/(?:blob|tree|edit)\/main\/([^#]*)/.exec(href)?.[1]
        return path === undefined ? [] : [[page, path] as const]
      }),
    )
    const root = new URL('../../../', import.meta.url)
    expect(files.filter(([, path]) => !existsSync(new URL(path, root)))).toEqual([])
  })
})

describe.skipIf(missing !== undefined)(inChromium('in Chromium'), () => {
  let chromium: Browser
  let site: Awaited<ReturnType<typeof serveSite>>
  beforeAll(async () => {
    site = await serveSite()
    chromium = await launch()
  })
  afterAll(async () => {
    await chromium?.close()
    site?.close()
  })

  /** Pages written by hand, and one of each kind that is generated. */
  const shown = [
    '/',
    ...readdirSync(fileURLToPath(new URL('../../../docs/guides/', import.meta.url))).map(
      (name) => `/guides/${name.replace('.md', '')}`,
    ),
    ...['/examples', '/error-codes', '/performance', '/security', '/packages/core', '/reference/'],
    ...['/reference/core/', '/reference/core/functions/createVerifier'],
    ...['/reference/core/interfaces/AuthenticatorOptions', '/reference/core/type-aliases/VerifierOptions'],
  ]

  test.each(['light', 'dark'] as const)(
    'axe finds nothing: %s',
    { timeout: 600_000 },
    async (colorScheme) => {
      const page = await chromium.newPage({ colorScheme, reducedMotion: 'reduce' })
      const found: string[] = []
      for (const path of shown) {
        await page.goto(`${site.url}${path}`)
        await page.evaluate(axeSource())
        const violations = await page.evaluate(async () => {
          // What the script above has defined.
          const { axe } = globalThis as unknown as {
            axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> }
          }
          return (await axe.run()).violations.map(
            ({ id, nodes }) => `${id}: ${nodes[0]?.html} (${nodes.length})`,
          )
        })
        found.push(...violations.map((violation) => `${path} ${violation}`))
      }
      await page.close()
      expect(found).toEqual([])
    },
  )

  test('no page is wider than a phone', async () => {
    const width = 390
    const page = await chromium.newPage({ viewport: { width, height: 844 } })
    const wide: string[] = []
    for (const path of shown) {
      await page.goto(`${site.url}${path}`)
      if ((await page.evaluate(() => document.documentElement.scrollWidth)) > width) wide.push(path)
    }
    await page.close()
    expect(wide).toEqual([])
  })

  test.each([
    ['refresh token', '/guides/sessions'],
    ['logout', '/guides/sessions'],
    ['docker', '/guides/development-docker-proxies'],
    ['proxy', '/guides/development-docker-proxies'],
    ['development', '/guides/development-docker-proxies'],
    ['logging', '/guides/errors-and-logging'],
    ['multi-tenant', '/guides/several-issuers'],
    ['testing', '/guides/testing'],
    ['migrating', '/guides/migrating'],
    ['events', '/guides/see-why-a-request-was-refused'],
    ['remote keys', '/guides/see-why-a-request-was-refused'],
    ['safari', '/guides/development-docker-proxies'],
    ['SB_TOKEN_EXPIRED', '/error-codes'],
    ['clockTolerance', '/guides/verify-provider-tokens'],
    ['createVerifier', '/reference/core/functions/createVerifier'],
  ])('search finds "%s" in %s', async (words, path) => {
    const page = await chromium.newPage()
    await page.goto(site.url)
    // The page listens to keys once Vue has mounted it, which nothing else shows.
    await expect
      .poll(async () => {
        await page.keyboard.press('Control+k')
        return page.locator('#localsearch-input').isVisible()
      })
      .toBe(true)
    await page.fill('#localsearch-input', words)
    await page.waitForSelector('.results a')
    const found = await page
      .locator('.results a')
      .evaluateAll((links) => links.map((link) => link.getAttribute('href')))
    await page.close()
    expect(found.slice(0, 5).some((href) => href?.startsWith(path))).toBe(true)
  })
})

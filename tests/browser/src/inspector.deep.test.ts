import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { exportJwk, generateKey, importSecret, type Key } from '@sealbearer/core'
import { encryptJwe, signJws } from '@sealbearer/core/jose'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { inChromium, launch, missing } from './chromium.js'

const require = createRequire(import.meta.url)
const cli = dirname(require.resolve('@sealbearer/cli/package.json'))
const page = pathToFileURL(join(cli, 'dist', 'inspector.html')).href

const encoder = new TextEncoder()
const now = Math.floor(Date.now() / 1000)
const claims = { iss: 'https://auth.example', aud: 'https://api.example', sub: 'u', iat: now, exp: now + 900 }
const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
const unsigned = (of: object, header: object = {}): string =>
  `${part({ alg: 'ES256', kid: 'one', typ: 'at+jwt', ...header })}.${part({ ...claims, ...of })}.${'A'.repeat(86)}`
const jwk = (key: Key): string => JSON.stringify(exportJwk(key))

describe.skipIf(missing !== undefined)(inChromium('the inspector in Chromium'), () => {
  let chromium: Browser
  let keys: Readonly<Record<'signing' | 'recipient' | 'other', Key>>
  let tokens: Readonly<Record<'signed' | 'encrypted' | 'nested', string>>
  beforeAll(async () => {
    chromium = await launch()
    const extractable = true
    const [signing, other, recipient] = await Promise.all([
      generateKey('ES256', { extractable }),
      generateKey('ES256', { extractable }),
      generateKey('RSA-OAEP-256', { extractable }),
    ])
    keys = { signing, other, recipient }
    const signed = await signJws(encoder.encode(JSON.stringify(claims)), {
      algorithm: 'ES256',
      key: signing,
      protectedHeader: { typ: 'at+jwt' },
    })
    const encrypt = (content: string, protectedHeader: Record<string, unknown>): Promise<string> =>
      encryptJwe(encoder.encode(content), {
        keyManagement: 'RSA-OAEP-256',
        contentEncryption: 'A256GCM',
        key: recipient,
        protectedHeader,
      })
    tokens = {
      signed,
      encrypted: await encrypt(JSON.stringify(claims), {}),
      nested: await encrypt(signed, { cty: 'JWT' }),
    }
  })
  afterAll(() => chromium.close())

  /** The page, and what it must not do: connect, violate its own policy, throw. */
  async function open(options: BrowserContextOptions = {}): Promise<Page> {
    const context = await chromium.newContext(options)
    const tab = await context.newPage()
    const wrong: string[] = []
    tab.on('request', (request) => {
      if (request.url() !== page) wrong.push(`request: ${request.url().slice(0, 60)}`)
    })
    tab.on('console', (message) => wrong.push(`console: ${message.text()}`))
    tab.on('pageerror', (error) => wrong.push(`error: ${error.message}`))
    tab.on('dialog', (dialog) => {
      wrong.push('dialog')
      void dialog.dismiss()
    })
    onTestFinished(async () => {
      await context.close()
      expect(wrong).toEqual([])
    })
    await tab.goto(page)
    return tab
  }

  async function conclusion(tab: Page, token: string, pasted = ''): Promise<string> {
    await tab.fill('#keys', pasted)
    await tab.fill('#token', token)
    await tab.waitForFunction(() => document.querySelector('#summary')?.textContent !== '')
    return title(tab)
  }
  const title = async (tab: Page): Promise<string> => String(await tab.textContent('.conclusion h2'))
  const findings = (tab: Page): Promise<string[]> => tab.locator('.findings li code').allTextContents()

  test.each([
    { form: 'signed', with: ['signing'], says: 'The signature is valid' },
    { form: 'signed', with: ['other'], says: 'No key verifies the signature' },
    { form: 'signed', with: [], says: 'Nothing is checked without a key' },
    { form: 'encrypted', with: ['recipient'], says: 'Decrypted; nothing inside is signed' },
    { form: 'encrypted', with: ['signing'], says: 'No key decrypts the token' },
    { form: 'nested', with: ['recipient', 'signing'], says: 'The signature is valid' },
    { form: 'nested', with: ['recipient', 'other'], says: 'No key verifies the signature' },
    { form: 'nested', with: ['recipient'], says: 'Decrypted; the signature is not checked' },
  ] as const)('opens a token that is $form with $with', async ({ form, with: names, says }) => {
    const tab = await open()
    expect(await conclusion(tab, tokens[form], names.map((name) => jwk(keys[name])).join('\n'))).toBe(says)
    const shows = (await tab.locator('.members').allTextContents()).join().includes('https://api.example')
    expect(shows).toBe(form === 'signed' || says !== 'No key decrypts the token')
  })

  test.each([
    {
      title: 'a secret',
      alg: 'HS256',
      secret: 'correct horse battery staple, and more of it',
      says: 'The signature is valid',
    },
    {
      title: 'a weak secret',
      alg: 'HS256',
      secret: 'a-string-secret-at-least-256-bits-long',
      says: 'Anyone can forge this token',
    },
  ] as const)('opens a token under $title', async ({ alg, secret, says }) => {
    const tab = await open()
    const token = await signJws(encoder.encode(JSON.stringify(claims)), {
      algorithm: alg,
      key: importSecret(secret, { alg, encoding: 'utf8' }),
      protectedHeader: { typ: 'at+jwt' },
    })
    expect(await conclusion(tab, token, secret)).toBe(says)
  })

  test('reads PEM, and says why a key does not fit', async () => {
    const tab = await open()
    const { publicKey } = await import('node:crypto').then(({ generateKeyPairSync }) =>
      generateKeyPairSync('rsa', { modulusLength: 2048 }),
    )
    const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString()
    expect(await conclusion(tab, tokens.signed, `${pem}\n${jwk(keys.other)}`)).toBe(
      'No key verifies the signature',
    )
    expect((await tab.locator('.reasons li').allTextContents()).join('\n')).toMatch(
      /public key \(PEM\): .*RSA.*\nEC private key \(JWK\): does not fit/,
    )
  })

  const markup = `"><img src=x onerror=alert(1)><script>alert(2)</script><svg onload=alert(3)>`
  const hostile: readonly { readonly title: string; readonly of: object; readonly header: object }[] = [
    { title: 'markup', of: { sub: markup, [markup]: { [markup]: [markup] } }, header: { kid: markup } },
    {
      title: 'text of both directions',
      of: { sub: 'user\u202etxt.exe\u2066\u200f', '\u202eiss': 'אבג' },
      header: {},
    },
    { title: 'control characters', of: { sub: 'a\u0000\u001b[2J\u0085\u2028b', 'n\u0007': 1 }, header: {} },
    { title: 'tags that nobody sees', of: { sub: '\u{e0041}\u{e0042}\u00ad' }, header: {} },
    { title: 'a prototype', of: { __proto__: null, constructor: 'x', toString: 'y' }, header: {} },
  ]
  test.each(hostile)('shows $title as text', async ({ of, header }) => {
    const tab = await open()
    await conclusion(tab, unsigned(of, header))
    const shown = String(await tab.textContent('#result'))
    expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
    expect(await tab.locator('#result img, #result script, #result svg, #result a').count()).toBe(0)
  })

  test.each([
    { title: 'a million dots', text: '.'.repeat(1_000_000), says: 'This is not a token' },
    {
      title: 'a thousand dots behind a token',
      text: `${unsigned({})}${'.'.repeat(1_000)}`,
      says: 'This is not a token',
    },
  ])('stays awake at $title', { timeout: 60_000 }, async ({ text, says }) => {
    const tab = await open()
    const started = Date.now()
    expect(await conclusion(tab, text)).toBe(says)
    expect(Date.now() - started).toBeLessThan(20_000)
  })

  test('stays awake at JSON of great depth, and shows one of small depth', { timeout: 60_000 }, async () => {
    const tab = await open()
    const nested = (depth: number): string =>
      `${part({ alg: 'ES256' })}.${Buffer.from(`{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`).toString('base64url')}.${'A'.repeat(86)}`
    await conclusion(tab, nested(100_000))
    expect(await tab.textContent('#result')).toContain('cannot be read')
    await conclusion(tab, nested(3))
    await tab.waitForFunction(() => document.querySelector('#result')?.textContent?.includes('[[[]]]'))
  })

  test('counts the time that is left, and tells when it is over', async () => {
    const tab = await open()
    await tab.clock.install({ time: now * 1000 })
    await tab.goto(page)
    await tab.fill('#token', unsigned({ exp: now + 62 }))
    await tab.clock.runFor(1_000)
    await tab.waitForSelector('.facts')
    const facts = () => tab.textContent('.facts')
    const before = await facts()
    await tab.clock.runFor(2_000)
    expect(await facts()).not.toBe(before)
    expect(await findings(tab)).not.toContain('exp')
    await tab.clock.runFor(65_000)
    await tab.waitForFunction(() => document.querySelector('.findings')?.textContent?.includes('exp'))
  })

  test('shows a megabyte in parts', { timeout: 60_000 }, async () => {
    const tab = await open()
    const many = Object.fromEntries(
      Array.from({ length: 3_000 }, (_, index) => [`email${index}`, { password: index }]),
    )
    const started = Date.now()
    await conclusion(tab, unsigned({ sub: 'x'.repeat(1_000_000), ...many }))
    expect(Date.now() - started).toBeLessThan(20_000)
    expect((await tab.textContent('#result'))?.length).toBeLessThan(40_000)
    await tab
      .getByRole('button', { name: /^Show all/ })
      .first()
      .click()
    expect((await tab.textContent('#result'))?.length).toBeGreaterThan(1_000_000)
  })

  test.each([
    {
      title: 'alg none',
      token: unsigned({}, { alg: 'none' }),
      about: 'alg',
      says: 'Nobody signed this token',
    },
    { title: 'no end', token: unsigned({ exp: undefined }), about: 'exp' },
    { title: 'a year', token: unsigned({ exp: now + 31_536_000 }), about: 'exp' },
    { title: 'a foreign key', token: unsigned({}, { jku: 'https://evil.example' }), about: 'jku' },
    { title: 'several audiences', token: unsigned({ aud: ['a', 'b'] }), about: 'aud' },
    { title: 'a binding', token: unsigned({ cnf: { jkt: 'x' } }), about: 'cnf' },
    { title: 'no type', token: unsigned({}, { typ: undefined }), about: 'typ' },
    { title: 'a path as key ID', token: unsigned({}, { kid: '../../dev/null' }), about: 'kid' },
    { title: 'its end cut off', token: unsigned({}).slice(0, -9), about: 'signature' },
  ])('finds $title, and says what it is good for', async ({ token, about, says }) => {
    const tab = await open()
    expect(await conclusion(tab, token)).toBe(says ?? 'Nothing is checked without a key')
    expect(await findings(tab)).toEqual([about])
    if (about !== 'signature') expect(await tab.textContent('.attack')).toMatch(/^An attacker .+\.$/)
    await conclusion(tab, unsigned({}))
    await tab.waitForFunction(() => document.querySelectorAll('.findings li').length === 0)
  })

  test.each([
    {
      title: 'a token that was cut off',
      text: () => tokens.nested.split('.').slice(0, 4).join('.'),
      says: 'cut off',
    },
    { title: 'a key', text: () => '-----BEGIN PUBLIC KEY-----', says: 'a key' },
    { title: 'anything else', text: () => 'hello', says: 'no parts' },
  ])('names $title', async ({ text, says }) => {
    const tab = await open()
    expect(await conclusion(tab, text())).toBe('This is not a token')
    expect(await tab.textContent('.conclusion p')).toContain(says)
  })

  test('takes files, chosen and dropped', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'inspector-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    const [token, key] = [join(folder, 'token.txt'), join(folder, 'key.jwk')]
    await writeFile(token, `Bearer ${tokens.signed}\n`)
    await writeFile(key, JSON.stringify(exportJwk(keys.signing), undefined, 2))
    const tab = await open()
    await tab.setInputFiles('#files', [key, token])
    await tab.waitForSelector('.conclusion.good')

    await tab.click('#clear')
    await tab.waitForSelector('.conclusion.empty')
    const data = await tab.evaluateHandle(
      (texts) => {
        const transfer = new DataTransfer()
        for (const text of texts) transfer.items.add(new File([text], 'dropped'))
        return transfer
      },
      await Promise.all([key, token].map((path) => readFile(path, 'utf8'))),
    )
    await tab.dispatchEvent('body', 'dragenter', { dataTransfer: data })
    expect(await tab.isVisible('#drop')).toBe(true)
    await tab.dispatchEvent('body', 'drop', { dataTransfer: data })
    await tab.waitForSelector('.conclusion.good')
    expect(await tab.isVisible('#drop')).toBe(false)
  })

  test('works with the keyboard alone', async () => {
    const tab = await open()
    const focused = (): Promise<string> =>
      tab.evaluate(() => document.activeElement?.id || document.activeElement?.tagName || '')
    const press = async (...all: readonly string[]): Promise<void> => {
      for (const key of all) await tab.keyboard.press(key)
    }
    await press('Tab', 'Tab')
    expect(await focused()).toBe('token')
    await tab.keyboard.insertText(tokens.signed)
    await press('Tab')
    await tab.keyboard.insertText(jwk(keys.signing))
    await tab.waitForSelector('.conclusion.good')
    expect(await tab.textContent('#summary')).toBe('The signature is valid. 0 wrong, 0 risky.')
    await press('Tab', 'Tab', 'Tab')
    expect(await focused()).toBe('clear')
    await press('Enter')
    await tab.waitForSelector('.conclusion.empty')
    expect(await focused()).toBe('token')
    await press('Tab', 'Tab', 'Tab', 'Tab', 'Tab', 'Tab', 'Enter', 'Tab')
    expect(await focused()).toBe('form')
    await press('Tab', 'Tab', 'Tab', 'Tab', 'Enter')
    await tab.waitForSelector('.conclusion.good')
    expect(await focused()).toBe('result')
  })

  test.each(['signed', 'encrypted', 'nested'])(
    'makes an example that is %s, and opens it again',
    async (form) => {
      const tab = await open({ permissions: ['clipboard-read', 'clipboard-write'] })
      await tab.click('#making summary')
      await tab.selectOption('#form', form)
      await tab.click('#make button')
      await tab.waitForSelector('.conclusion:is(.good, .open)')
      expect(await tab.inputValue('#keys')).toContain('"d"')
      await tab.click('#copy-public')
      await tab.waitForFunction(() => document.querySelector('#action')?.textContent !== '')
      const copied = JSON.parse(await tab.evaluate(() => navigator.clipboard.readText()))
      expect(copied.keys).toHaveLength(form === 'nested' ? 2 : 1)
      expect(JSON.stringify(copied)).not.toContain('"d"')
    },
  )

  test('the fault of each example is found', async () => {
    const tab = await open()
    await tab.click('#making summary')
    await tab.selectOption('#form', 'signed')
    const names = await tab
      .locator('#fault option')
      .evaluateAll((options) => options.map((option) => option.getAttribute('value')))
    for (const name of names) {
      await tab.click('#clear')
      await tab.waitForSelector('.conclusion.empty')
      await tab.selectOption('#fault', name)
      await tab.click('#make button')
      await tab.waitForSelector('.conclusion:not(.empty)')
      const isClean =
        (await findings(tab)).length === 0 && (await tab.locator('.conclusion.good').count()) === 1
      expect({ name, isClean }).toEqual({ name, isClean: name === 'nothing' })
    }
  })

  const looks = [
    { title: 'light', options: { colorScheme: 'light' } },
    { title: 'dark', options: { colorScheme: 'dark' } },
    { title: 'on a phone', options: { colorScheme: 'light', viewport: { width: 360, height: 740 } } },
    { title: 'dark on a phone', options: { colorScheme: 'dark', viewport: { width: 360, height: 740 } } },
  ] as const
  test.each(looks)('axe finds nothing: $title', async ({ options }) => {
    const tab = await open(options)
    const axe = await readFile(require.resolve('axe-core/axe.min.js'), 'utf8')
    await tab.evaluate(axe)
    const violations = (): Promise<unknown> =>
      tab.evaluate(async () => {
        // The script above has added it.
        const { axe } = globalThis as unknown as {
          axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> }
        }
        const found = await axe.run()
        return found.violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html.slice(0, 120))])
      })
    await tab.click('#making summary')
    expect(await violations()).toEqual([])
    for (const [token, pasted] of [
      [tokens.nested, [keys.recipient, keys.signing]],
      [tokens.nested, [keys.other]],
      [tokens.encrypted, [keys.recipient]],
      [unsigned({ email: 'x', password: 'y' }, { alg: 'none', jku: 'x' }), []],
      ['hello', []],
    ] as const) {
      await conclusion(tab, token, pasted.map(jwk).join('\n'))
      await tab.waitForTimeout(300)
      expect(await violations()).toEqual([])
      const overflow = await tab.evaluate(() => document.documentElement.scrollWidth - innerWidth)
      expect(overflow).toBeLessThanOrEqual(0)
    }
  })
})

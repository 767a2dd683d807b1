import { publicJwks } from '@sealbearer/core'
import type { Command, Given } from '../command.js'
import { CommandError } from '../exit-codes.js'
import { draw } from '../inspect/draw.js'
import { findingsOfLayers } from '../inspect/findings.js'
import { inspectToken, tokenIn, whyNoToken } from '../inspect/inspected-token.js'
import { keysIn, type PastedKey } from '../inspect/key-text.js'
import { openToken } from '../inspect/open-token.js'
import { paintFor } from '../inspect/paint.js'
import { visibleJson } from '../inspect/visible-text.js'
import { keyOptions } from '../key-options.js'
import { loadKeys } from '../load-keys.js'
import { readText, readToken } from '../read-text.js'
import { isRingText } from '../ring-file.js'
import type { Surroundings } from '../surroundings.js'

/** Draws a token. */
export const inspect: Command = {
  usage: 'inspect [TOKEN] [--key FROM] [--decrypt-key FROM] [--json] | inspect --web',
  summary: 'draws a token as postcard or envelope, and says what is wrong with it',
  details: [
    'Takes the token from the argument or, better, from stdin: arguments end in process lists and histories.',
    'Needs no key. With keys it decrypts and verifies what it can; that is no policy, which only verify checks.',
    'Exit code 0 even when something is wrong, 3 when it is no token.',
  ],
  options: {
    json: { type: 'boolean', help: 'print JSON, for programs' },
    in: { type: 'string', value: 'FILE', help: 'the token' },
    key: { ...keyOptions.key, multiple: true, help: 'keys to verify it with; the token names the algorithm' },
    'decrypt-key': { ...keyOptions.key, multiple: true, help: 'keys to decrypt it with' },
    'passphrase-file': keyOptions['passphrase-file'],
    web: { type: 'boolean', help: 'open the page that does the same in a browser, offline' },
  },
  positionals: { least: 0, most: 1 },
  async run(given, surroundings) {
    if (given.flag('web')) return openPage(surroundings)
    const [argument] = given.positionals
    const text = tokenIn(argument ?? (await readToken(given, surroundings)))
    if (inspectToken(text) === undefined) {
      throw new CommandError('notAToken', `inspect: this is no token: ${whyNoToken(text)}`)
    }
    const layers = await openToken(text, await givenKeys(given, surroundings))
    const now = Date.now() / 1000
    const findings = findingsOfLayers(layers, now)
    if (given.flag('json')) {
      const [report] = layers
        .map(({ token, trial, content = null }, index) => {
          const { form, size, protectedHeader = null, claims = null, bytes } = token
          const checked = {
            verified: trial?.outcome === 'verified',
            decrypted: trial?.outcome === 'decrypted',
          }
          return {
            form,
            ...checked,
            size,
            protectedHeader,
            claims,
            content,
            bytes,
            findings: findings[index],
          }
        })
        .reduceRight<readonly object[]>((inner, layer) => [{ ...layer, inside: inner[0] ?? null }], [])
      return surroundings.print(`${visibleJson(report)}\n`)
    }
    const { columns, hasColours } = surroundings
    surroundings.print(draw(layers, findings, { columns, paint: paintFor(hasColours), now }))
  },
}

/** The keys of both options: each is tried on each layer. */
async function givenKeys(given: Given, surroundings: Surroundings): Promise<readonly PastedKey[]> {
  const found: PastedKey[] = []
  for (const option of ['key', 'decrypt-key']) {
    for (const from of given.texts(option)) found.push(...(await keysFrom(from, given, surroundings)))
  }
  return found
}

async function keysFrom(
  from: string,
  given: Given,
  surroundings: Surroundings,
): Promise<readonly PastedKey[]> {
  const own: Given = { ...given, required: () => from }
  if (/^https?:/.test(from)) {
    const { remote } = await loadKeys('key', own, surroundings)
    await remote?.refresh()
    return remote === undefined ? [] : keysIn(JSON.stringify(publicJwks(remote)))
  }
  const text = await readText(from, surroundings)
  if (!isRingText(text)) return keysIn(text)
  const { keys } = await loadKeys('key', own, surroundings)
  return [{ name: 'key ring', for: async () => keys }]
}

async function openPage({ print, openFile }: Surroundings): Promise<void> {
  const page = new URL('../inspector.html', import.meta.url)
  print(`${page.href}\n`)
  await openFile(page)
}

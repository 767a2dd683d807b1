import { publicJwks } from '@sealbearer/core'
import type { Command, CommandArguments } from '../command.js'
import type { CommandContext } from '../command-context.js'
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

/** Shows what is in a token. */
export const inspect: Command = {
  usage: 'inspect [TOKEN] [--key FROM] [--decrypt-key FROM] [--json] | inspect --web',
  summary: 'shows what is in a token, and what is wrong with it',
  details: [
    'Reads the token from the argument or, better, from stdin: process lists and shell histories show arguments.',
    'Needs no key. With keys, decrypts and verifies what it can. Only verify checks a policy.',
    'The exit code is 0 even if something is wrong, and 3 if the text is not a token.',
  ],
  options: {
    json: { type: 'boolean', help: 'print JSON, for programs' },
    in: { type: 'string', value: 'FILE', help: 'the token' },
    key: { ...keyOptions.key, multiple: true, help: 'keys to verify it with; the token names the algorithm' },
    'decrypt-key': { ...keyOptions.key, multiple: true, help: 'keys to decrypt it with' },
    'passphrase-file': keyOptions['passphrase-file'],
    web: { type: 'boolean', help: 'open the page that does the same in a browser, offline' },
  },
  positionals: { min: 0, max: 1 },
  async run(args, context) {
    if (args.flag('web')) return openPage(context)
    const [argument] = args.positionals
    const text = tokenIn(argument ?? (await readToken(args, context)))
    if (inspectToken(text) === undefined) {
      throw new CommandError('notAToken', `inspect: this is not a token: ${whyNoToken(text)}`)
    }
    const layers = await openToken(text, await givenKeys(args, context))
    const now = Date.now() / 1000
    const findings = findingsOfLayers(layers, now)
    if (args.flag('json')) {
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
      return context.print(`${visibleJson(report)}\n`)
    }
    const { columns, hasColours } = context
    context.print(draw(layers, findings, { columns, paint: paintFor(hasColours), now }))
  },
}

/** The keys of both options: each is tried on each layer. */
async function givenKeys(args: CommandArguments, context: CommandContext): Promise<readonly PastedKey[]> {
  const found: PastedKey[] = []
  for (const option of ['key', 'decrypt-key']) {
    for (const from of args.texts(option)) found.push(...(await keysFrom(from, args, context)))
  }
  return found
}

async function keysFrom(
  from: string,
  args: CommandArguments,
  context: CommandContext,
): Promise<readonly PastedKey[]> {
  const own: CommandArguments = { ...args, required: () => from }
  if (/^https?:/.test(from)) {
    const { remote } = await loadKeys('key', own, context)
    await remote?.refresh()
    return remote === undefined ? [] : keysIn(JSON.stringify(publicJwks(remote)))
  }
  const text = await readText(from, context)
  if (!isRingText(text)) return keysIn(text)
  const { keys } = await loadKeys('key', own, context)
  return [{ name: 'key ring', for: async () => keys }]
}

async function openPage({ print, openFile }: CommandContext): Promise<void> {
  const page = new URL('../inspector.html', import.meta.url)
  print(`${page.href}\n`)
  await openFile(page)
}

import type { Algorithm, KeyRing } from '@sealbearer/core'
import type { Command, CommandArguments } from '../command.js'
import type { CommandContext } from '../command-context.js'
import { paintFor } from '../inspect/paint.js'
import { visibleJson } from '../inspect/visible-text.js'
import { keyOptions } from '../key-options.js'
import { withProgress } from '../progress.js'
import { passphraseOf } from '../read-text.js'
import { openRing, ringCopy, ringStore } from '../ring-file.js'
import { statusLines } from '../ring-status.js'

const json = { type: 'boolean', help: 'print JSON' } as const

async function change(
  args: CommandArguments,
  context: CommandContext,
  act: (ring: KeyRing) => Promise<void>,
): Promise<void> {
  const [path = ''] = args.positionals
  const opened = openRing(ringStore(path, await passphraseOf(args, context)))
  const ring = await withProgress(context, 'opening the ring', opened)
  await withProgress(context, 'changing the ring', act(ring))
  printStatus(ring, args, context)
}

function printStatus(ring: KeyRing, args: CommandArguments, context: CommandContext): void {
  const status = ring.status()
  context.print(
    args.flag('json') ? `${visibleJson(status)}\n` : statusLines(status, paintFor(context.hasColours)),
  )
}

/** Shows a key ring. */
export const status: Command = {
  usage: 'status RING',
  summary: 'shows the state of each key of a key ring',
  options: { json, 'passphrase-file': keyOptions['passphrase-file'] },
  positionals: { min: 1, max: 1 },
  async run(args, context) {
    const [path = ''] = args.positionals
    const opened = ringCopy(ringStore(path, await passphraseOf(args, context)))
    const ring = await withProgress(context, 'opening the ring', opened)
    printStatus(ring, args, context)
  },
}

/** Rotates a key ring. */
export const rotate: Command = {
  usage: 'rotate RING [--alg ALG]',
  summary: 'replaces the active keys of a key ring',
  details: [
    'Takes effect immediately if the next key has been published for long enough, otherwise as soon as it has been.',
    'Services that share the file reload it. The times of the ring do not change.',
  ],
  options: {
    alg: { type: 'string', value: 'ALG', help: 'only the keys of this algorithm' },
    json,
    'passphrase-file': keyOptions['passphrase-file'],
  },
  positionals: { min: 1, max: 1 },
  // rotate() throws if the ring has no such algorithm.
  run: (args, context) =>
    change(args, context, (ring) => ring.rotate(args.text('alg') as Algorithm | undefined)),
}

/** Revokes a key of a ring. */
export const revoke: Command = {
  usage: 'revoke RING KID',
  summary: 'revokes a key of a key ring immediately, if it may have leaked',
  details: [
    'Its tokens are rejected from then on. The next key replaces it.',
    'Put -- before a KID that begins with a dash.',
  ],
  options: { json, 'passphrase-file': keyOptions['passphrase-file'] },
  positionals: { min: 2, max: 2 },
  run: (args, context) => change(args, context, (ring) => ring.revoke(String(args.positionals[1]))),
}

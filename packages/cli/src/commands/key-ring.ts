import type { Algorithm, KeyRing } from '@sealbearer/core'
import type { Command, Given } from '../command.js'
import { paintFor } from '../inspect/paint.js'
import { visibleJson } from '../inspect/visible-text.js'
import { keyOptions } from '../key-options.js'
import { withProgress } from '../progress.js'
import { passphraseOf } from '../read-text.js'
import { openRing, ringCopy, ringStore } from '../ring-file.js'
import { statusLines } from '../ring-status.js'
import type { Surroundings } from '../surroundings.js'

const json = { type: 'boolean', help: 'print JSON' } as const

async function change(
  given: Given,
  surroundings: Surroundings,
  act: (ring: KeyRing) => Promise<void>,
): Promise<void> {
  const [path = ''] = given.positionals
  const opened = openRing(ringStore(path, await passphraseOf(given, surroundings)))
  const ring = await withProgress(surroundings, 'opening the ring', opened)
  await withProgress(surroundings, 'changing the ring', act(ring))
  printStatus(ring, given, surroundings)
}

function printStatus(ring: KeyRing, given: Given, surroundings: Surroundings): void {
  const status = ring.status()
  surroundings.print(
    given.flag('json') ? `${visibleJson(status)}\n` : statusLines(status, paintFor(surroundings.hasColours)),
  )
}

/** Shows a key ring. */
export const status: Command = {
  usage: 'status RING',
  summary: 'shows where each key of a key ring stands',
  options: { json, 'passphrase-file': keyOptions['passphrase-file'] },
  positionals: { least: 1, most: 1 },
  async run(given, surroundings) {
    const [path = ''] = given.positionals
    const opened = ringCopy(ringStore(path, await passphraseOf(given, surroundings)))
    const ring = await withProgress(surroundings, 'opening the ring', opened)
    printStatus(ring, given, surroundings)
  },
}

/** Rotates a key ring. */
export const rotate: Command = {
  usage: 'rotate RING [--alg ALG]',
  summary: 'replaces the active keys of a key ring',
  details: [
    'At once where the key that waits has been published for long enough, else as soon as it has been.',
    'Services that share the file follow by themselves. Times are those that the ring was made with.',
  ],
  options: {
    alg: { type: 'string', value: 'ALG', help: 'only the keys of this algorithm' },
    json,
    'passphrase-file': keyOptions['passphrase-file'],
  },
  positionals: { least: 1, most: 1 },
  // rotate() says so when the ring has no key of that name.
  run: (given, surroundings) =>
    change(given, surroundings, (ring) => ring.rotate(given.text('alg') as Algorithm | undefined)),
}

/** Distrusts a key of a ring. */
export const revoke: Command = {
  usage: 'revoke RING KID',
  summary: 'distrusts a key of a key ring at once, for when it may be in other hands',
  details: [
    'Tokens under it are refused from then on, valid or not. The next key takes its place.',
    'Put -- before a KID that begins with a dash.',
  ],
  options: { json, 'passphrase-file': keyOptions['passphrase-file'] },
  positionals: { least: 2, most: 2 },
  run: (given, surroundings) =>
    change(given, surroundings, (ring) => ring.revoke(String(given.positionals[1]))),
}

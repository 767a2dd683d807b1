import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { completionScript } from './completion.js'
import { commands } from './main.js'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'completion-'))
  writeFileSync(join(folder, 'sealbearer.fish'), completionScript('fish', commands) ?? '')
  // In place of the command: it tells what it is run with.
  const standIn = 'sealbearer() { print "RAN $@" }\n'
  writeFileSync(join(folder, 'sealbearer.zsh'), `${completionScript('zsh', commands)}${standIn}`)
})
afterAll(() => rmSync(folder, { recursive: true }))

/** What is typed before the tab key, and what the command is run with. */
const typed = [
  { line: 'insp', runs: 'inspect' },
  { line: 'keygen --rotate-e', runs: 'keygen --rotate-every' },
  { line: 'help jw', runs: 'help jwks' },
  { line: 'completion fi', runs: 'completion fish' },
]

const missing = (shell: string): boolean => spawnSync(shell, ['--version']).status !== 0
const inShell = (shell: string): string => (missing(shell) ? `${shell} (left out: not installed)` : shell)

describe.skipIf(missing('zsh'))(inShell('zsh'), () => {
  // A terminal of its own, without the startup files of whoever runs this.
  const driver = `
    zmodload zsh/zpty
    zpty shell "HOME=$1 TERM=dumb zsh -f -i"
    zpty -w shell "PS1= ; source $1/sealbearer.zsh; print REA''DY"
    zpty -r shell out '*READY*'
    zpty -w -n shell "sealbearer $2"$'\\t\\n'
    zpty -r shell out "*RAN $3*" && print FOUND`

  test.each(typed)('completes "$line"', ({ line, runs }) => {
    const { stdout } = spawnSync('zsh', ['-f', '-c', driver, 'zsh', folder, line, runs], {
      encoding: 'utf8',
      timeout: 60_000,
    })
    expect(stdout).toContain('FOUND')
  })
})

describe.skipIf(missing('fish'))(inShell('fish'), () => {
  test.each(typed)('completes "$line"', ({ line, runs }) => {
    const command = 'source $argv[1]; complete -C "sealbearer $argv[2]"'
    const { stdout } = spawnSync(
      'fish',
      ['--no-config', '-c', command, join(folder, 'sealbearer.fish'), line],
      {
        encoding: 'utf8',
        env: { ...process.env, HOME: folder },
      },
    )
    const words = stdout.split('\n').map((found) => found.split('\t')[0])
    expect(words).toContain(runs.split(' ').at(-1))
  })
})

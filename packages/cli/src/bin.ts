#!/usr/bin/env node
import { main } from './main.js'
import { openFile } from './open-file.js'
import { boundedLines, readInput } from './read-input.js'

// The reader of our output may close it early (`| head`).
process.stdout.on('error', (error: Error & { readonly code?: string }) => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})

const { stdin, stdout, stderr, env } = process
const wantsColour = env['NO_COLOR'] === undefined || env['NO_COLOR'] === ''

process.exitCode = await main(process.argv.slice(2), {
  env,
  readStdin: () => (stdin.isTTY ? Promise.resolve(undefined) : readInput(stdin)),
  lines: () => boundedLines(stdin),
  print: (output) => void stdout.write(output),
  printError: (output) => void stderr.write(output),
  openFile: stdout.isTTY ? openFile : async () => {},
  isTerminal: stdout.isTTY,
  isErrorTerminal: stderr.isTTY,
  hasColours: wantsColour && (stdout.isTTY || env['FORCE_COLOR'] === '1'),
  columns: stdout.columns ?? 80,
})

import type { Command } from '../command.js'
import { completionScript, shells } from '../completion.js'
import { CommandError } from '../exit-codes.js'

/** Prints a completion script. The commands are passed as a function, because this is one of them. */
export const completionOf = (commands: () => Readonly<Record<string, Command>>): Command => ({
  usage: 'completion bash|zsh|fish',
  summary: 'prints the script that completes this command in a shell',
  details: [
    'bash and zsh: eval "$(sealbearer completion bash)" in the startup file.',
    'fish: sealbearer completion fish > ~/.config/fish/completions/sealbearer.fish',
  ],
  options: {},
  positionals: { min: 1, max: 1, words: shells },
  async run({ positionals: [shell = ''] }, { print }) {
    const script = completionScript(shell, commands())
    if (script === undefined) throw new CommandError('usage', `completion: one of ${shells.join(', ')}`)
    print(script)
  },
})

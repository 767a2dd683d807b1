import type { Command } from './command.js'

/** A supported shell. */
type Shell = 'bash' | 'zsh' | 'fish'

type Commands = Readonly<Record<string, Command>>

const wordsOf = ({ options, positionals }: Command): string =>
  [...(positionals.words ?? []), ...Object.keys(options).map((name) => `--${name}`)].join(' ')

const bash = (commands: Commands): string =>
  [
    '_sealbearer() {',
    `  local current="\${COMP_WORDS[COMP_CWORD]}" words`,
    '  if [ "$COMP_CWORD" -eq 1 ]; then',
    `    words="${[...Object.keys(commands), 'help'].join(' ')}"`,
    '  else',
    `    case "\${COMP_WORDS[1]}" in`,
    ...Object.entries(commands).map(([name, command]) => `      ${name}) words="${wordsOf(command)}" ;;`),
    `      help) words="${Object.keys(commands).join(' ')}" ;;`,
    '    esac',
    '  fi',
    '  COMPREPLY=($(compgen -W "$words" -- "$current"))',
    // If nothing matches, file names.
    `  [ "\${#COMPREPLY[@]}" -gt 0 ] || compopt -o default 2>/dev/null`,
    '}',
    'complete -F _sealbearer sealbearer',
    '',
  ].join('\n')

/** zsh runs the script for bash with `bashcompinit`. */
const zsh = (commands: Commands): string =>
  `autoload -Uz compinit bashcompinit\n(( $+functions[compdef] )) || compinit\nbashcompinit\n${bash(commands).replace(' || compopt -o default 2>/dev/null', ' || COMPREPLY=($(compgen -f -- "$current"))')}`

const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`

const fish = (commands: Commands): string =>
  Object.entries(commands)
    .flatMap(([name, { summary, options, positionals }]) => [
      `complete -c sealbearer -n __fish_use_subcommand -f -a ${name} -d ${quoted(summary)}`,
      ...(positionals.words === undefined
        ? []
        : [
            `complete -c sealbearer -n '__fish_seen_subcommand_from ${name}' -f -a '${positionals.words.join(' ')}'`,
          ]),
      ...Object.entries(options).map(
        ([option, { type, help }]) =>
          `complete -c sealbearer -n '__fish_seen_subcommand_from ${name}' -l ${option}${type === 'string' ? ' -r' : ''} -d ${quoted(help)}`,
      ),
    ])
    .concat(
      'complete -c sealbearer -n __fish_use_subcommand -f -a help',
      `complete -c sealbearer -n '__fish_seen_subcommand_from help' -f -a '${Object.keys(commands).join(' ')}'`,
      '',
    )
    .join('\n')

const scripts: Readonly<Record<Shell, (commands: Commands) => string>> = { bash, zsh, fish }

/** The supported shells. */
export const shells: readonly string[] = Object.keys(scripts)

const isShell = (name: string): name is Shell => Object.hasOwn(scripts, name)

/** The completion script of a shell; `undefined` for one that is not supported. */
export const completionScript = (shell: string, commands: Commands): string | undefined =>
  isShell(shell) ? scripts[shell](commands) : undefined

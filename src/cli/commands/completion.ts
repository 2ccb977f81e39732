import { Argument, Command, Option } from 'commander'

type Shell = 'bash' | 'zsh' | 'fish'

export function command(): Command {
  return new Command('completion')
    .addArgument(new Argument('[shell]').choices(['bash', 'zsh', 'fish']))
    .addOption(new Option('-s, --shell <shell>').choices(['bash', 'zsh', 'fish']).hideHelp())
    .action(async (named: Shell | undefined, options: { shell?: Shell }) => {
      const shell = named ?? options.shell ?? 'bash'
      process.stdout.write(scripts[shell](await subcommands()))
    })
}

/** Each command with the words that may follow it. */
async function subcommands(): Promise<ReadonlyMap<string, readonly string[]>> {
  const { commandList } = await import('../command-list.ts')
  const words = new Map<string, readonly string[]>()
  for (const listed of commandList) {
    if (listed.name === 'completion') words.set(listed.name, Object.keys(scripts))
    else {
      const { command: make } = await listed.load()
      words.set(
        listed.name,
        make().commands.map((sub) => sub.name()),
      )
    }
  }
  return words
}

type Words = ReadonlyMap<string, readonly string[]>

const scripts = {
  bash: (words: Words) => `_tidemill() {
  local cur=\${COMP_WORDS[COMP_CWORD]}
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${[...words.keys()].join(' ')}" -- "$cur"))
    return
  fi
  if [ "$COMP_CWORD" -eq 2 ]; then
    case \${COMP_WORDS[1]} in
${withSubcommands(words)
  .map(
    ([name, subs]) =>
      `      ${name}) COMPREPLY=($(compgen -W "${subs.join(' ')}" -- "$cur")); return ;;`,
  )
  .join('\n')}
    esac
  fi
  COMPREPLY=($(compgen -f -- "$cur"))
}
complete -F _tidemill tidemill
`,
  zsh: (words: Words) => `#compdef tidemill
_tidemill() {
  if (( CURRENT == 2 )); then
    compadd ${[...words.keys()].join(' ')}
    return
  fi
  if (( CURRENT == 3 )); then
    case $words[2] in
${withSubcommands(words)
  .map(([name, subs]) => `      ${name}) compadd ${subs.join(' ')}; return ;;`)
  .join('\n')}
    esac
  fi
  _files
}
compdef _tidemill tidemill
`,
  fish: (words: Words) =>
    [
      `complete -c tidemill -n __fish_use_subcommand -a "${[...words.keys()].join(' ')}"`,
      ...withSubcommands(words).map(
        ([name, subs]) =>
          `complete -c tidemill -n "__fish_seen_subcommand_from ${name}" -a "${subs.join(' ')}"`,
      ),
      '',
    ].join('\n'),
} as const

function withSubcommands(words: Words): readonly (readonly [string, readonly string[]])[] {
  return [...words].filter(([, subs]) => subs.length > 0)
}

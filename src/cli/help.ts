import { commandGroups } from './command-list.ts'

/** The page of `tidemill --help`, made without loading a single command. */
export function helpPage(version: string): string {
  const lines = [
    `tidemill ${version}: carries a model round the whole loop`,
    '',
    'Usage: tidemill <command> [options]',
    '',
  ]
  for (const { title, commands } of commandGroups) {
    lines.push(`${title}:`)
    for (const { name, summary } of commands) lines.push(`  ${name.padEnd(13)}${summary}`)
    lines.push('')
  }
  lines.push(
    'Options of every command:',
    '  --home DIR  where Tidemill keeps its state (default ./.tidemill, or TIDEMILL_HOME)',
    '  --url URL   talk to a running server instead (or TIDEMILL_URL; its token in TIDEMILL_TOKEN)',
    '  --project P the project (default "default")',
    '  --json      print the result as JSON',
    '  --help      more about a command',
    '',
    'Exit codes: 0 done · 1 the answer is no · 2 wrong usage · 65 bad data · 69 unavailable · 70 a fault inside · 77 not allowed',
    'Commands in DVC’s words have two of DVC’s: 253 no repository here · 254 wrong usage',
    '',
  )
  return lines.join('\n')
}

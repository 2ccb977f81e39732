import { readFileSync } from 'node:fs'
import { commandList } from './command-list.ts'
import { helpPage } from './help.ts'

const [word, ...rest] = process.argv.slice(2)
if (process.env.TIDEMILL_FOLLOWS_PARENT) followParent()

if (word === undefined || word === '--help' || word === '-h' || word === 'help') {
  process.stdout.write(helpPage(version()))
} else if (word === '--version' || word === '-V') {
  process.stdout.write(`${version()}\n`)
} else if (word === 'repro' && rest.length === 0 && (await nothingToDo())) {
  process.stdout.write('Everything is up to date.\n')
} else {
  const { runCommand } = await import('./run-command.ts')
  process.exitCode = await runCommand(commandList, word, rest)
}

/** The one case that is worth a way of its own: it is typed all day, and answered before the rest is loaded. */
async function nothingToDo(): Promise<boolean> {
  const { isSettled } = await import('#pipeline/settled')
  return isSettled(process.cwd())
}

function version(): string {
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(manifest) as { version: string }).version
}

/** The process that started this one holds a channel; when it goes, by whatever death, this one ends too. */
function followParent(): void {
  delete process.env.TIDEMILL_FOLLOWS_PARENT
  process.channel?.unref()
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'))
}

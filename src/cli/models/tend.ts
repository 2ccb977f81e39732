import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { operations, TidemillError, type Caller, type ModelRemoval } from '#contract'
import { baseCommand, type BaseOptions } from '../base-command.ts'
import { withCaller } from '../connect.ts'
import { isSure, type Sure } from '../is-sure.ts'
import { green, show, textTable } from '../output.ts'
import { counted } from '../pipeline-command.ts'

const { models } = operations

/** `models rm`, `rename`, `describe`, `tag` and `unalias`: what people change of models and versions by hand. */
export function tendCommands(): readonly Command[] {
  return [rm(), rename(), describe(), tag(), unalias()]
}

function rm(): Command {
  return baseCommand('rm', 'remove a model with its versions, or one version')
    .argument('<name>')
    .argument('[version]', 'a version', Number)
    .option('--yes', 'do it without asking')
    .addHelpText(
      'after',
      `
Without --yes it says what would go, and on a terminal asks. Files stay with the runs that a version was made from.`,
    )
    .action(async (name: string, version: number | undefined, options: Sure) => {
      const removal = await withCaller(options, async (caller) => {
        const go = (dry: boolean): Promise<ModelRemoval> =>
          version === undefined
            ? caller.call(models.remove, { name, dry })
            : caller.call(models.removeVersion, { name, version, dry })
        if (options.yes) return go(false)
        const planned = await go(true)
        return (await isSure(options, `${whatGoes(planned, version)} would go for good.`))
          ? go(false)
          : planned
      })
      show(removal, options.json, (done) =>
        done.dry
          ? `${whatGoes(done, version)} would go for good. Nothing was removed: --yes does it.`
          : `${green('✓')} gone for good: ${whatGoes(done, version)}`,
      )
    })
}

function whatGoes({ model, ...going }: ModelRemoval, version: number | undefined): string {
  const { versions, aliases, consumers, signatures } = going
  const along = [
    ...(version === undefined ? [counted(versions.length, 'version')] : []),
    ...aliases.map((alias) => `the alias ${alias}`),
    ...(consumers.length > 0 ? [`what ${consumers.join(', ')} relies on`] : []),
    ...(signatures > 0 ? [counted(signatures, 'signature')] : []),
  ]
  const what = version === undefined ? `the model ${model}` : `version ${version} of ${model}`
  return along.length === 0 ? what : `${what} with ${along.join(', ')}`
}

function rename(): Command {
  return baseCommand('rename', 'give a model another name')
    .argument('<name>')
    .argument('<to>', 'its new name')
    .action(async (name: string, to: string, options: BaseOptions) => {
      const result = await withCaller(options, (caller) => caller.call(models.rename, { name, to }))
      show(result, options.json, ({ model }) => `${green('✓')} ${name} is called ${model.name} now`)
    })
}

interface DescribeFlags extends BaseOptions {
  readonly version?: number
  readonly from?: string
}

function describe(): Command {
  return baseCommand('describe', 'say what a model is for, or what a version is')
    .argument('<name>')
    .argument('[text]', 'Markdown; an empty one takes the description away')
    .option('--version <n>', 'of this version', Number)
    .option('--from <file>', 'read the text from a file')
    .action(async (name: string, text: string | undefined, options: DescribeFlags) => {
      const { version, from } = options
      if ((text === undefined) === (from === undefined)) {
        const problem = 'Give the text, or --from FILE, and not both.'
        throw new TidemillError('bad_request', { problem })
      }
      const description = text ?? (await readFile(from ?? '', 'utf8'))
      const result = await withCaller(options, async (caller) => {
        if (version === undefined) return caller.call(models.describe, { name, description })
        return caller.call(models.describeVersion, { name, version, description })
      })
      const what = version === undefined ? name : `${name} version ${version}`
      show(result, options.json, () => `${green('✓')} ${what} is described`)
    })
}

interface TagFlags extends BaseOptions {
  readonly version?: number
  readonly off?: readonly string[]
}

function tag(): Command {
  return baseCommand('tag', 'set tags of a model or a version, take them off, or list them')
    .argument('<name>')
    .argument('[tags...]', 'each as KEY=VALUE')
    .option('--version <n>', 'of this version', Number)
    .option('--off <key...>', 'take these off')
    .action(async (name: string, given: readonly string[], options: TagFlags) => {
      const { version, off = [] } = options
      const set = given.map(pairOf)
      const tags = await withCaller(options, async (caller) => {
        for (const [key, value] of set) {
          await (version === undefined
            ? caller.call(models.tag, { name, key, value })
            : caller.call(models.tagVersion, { name, version, key, value }))
        }
        for (const key of off) {
          await (version === undefined
            ? caller.call(models.untag, { name, key })
            : caller.call(models.untagVersion, { name, version, key }))
        }
        return tagsOf(caller, name, version)
      })
      show({ tags }, options.json, () =>
        Object.keys(tags).length === 0
          ? 'It has no tags.'
          : textTable(['tag', 'value'], Object.entries(tags)),
      )
    })
}

function pairOf(text: string): readonly [string, string] {
  const place = text.indexOf('=')
  if (place > 0) return [text.slice(0, place), text.slice(place + 1)]
  const problem = `"${text}" is no tag: write KEY=VALUE, or take one off with --off KEY.`
  throw new TidemillError('bad_request', { problem })
}

async function tagsOf(
  caller: Caller,
  name: string,
  version: number | undefined,
): Promise<Readonly<Record<string, string>>> {
  if (version === undefined) return (await caller.call(models.get, { name })).model.tags
  return (await caller.call(models.version, { name, version })).version.tags
}

interface UnaliasFlags extends Sure {
  readonly why?: string
}

function unalias(): Command {
  return baseCommand('unalias', 'take an alias away')
    .argument('<name>')
    .argument('<alias>')
    .option('--why <text>', 'for the history')
    .option('--yes', 'do it without asking')
    .addHelpText(
      'after',
      `
Without --yes it says what the alias names, and on a terminal asks.`,
    )
    .action(async (name: string, alias: string, options: UnaliasFlags) => {
      const { why } = options
      const wish = { name, alias, ...(why === undefined ? {} : { why }) }
      const result = await withCaller(options, async (caller) => {
        const { aliases } = (await caller.call(models.get, { name })).model
        const version = aliases[alias]
        if (version === undefined) {
          throw new TidemillError('not_found', { kind: `alias of ${name} called`, name: alias })
        }
        const question = `${name}@${alias} names version ${version}, and would name nothing.`
        if (!(await isSure(options, question))) return { version, dry: true }
        await caller.call(models.unalias, wish)
        return { version, dry: false }
      })
      show(result, options.json, ({ version, dry }) =>
        dry
          ? `${name}@${alias} names version ${version}. It was not taken away: --yes does it.`
          : `${green('✓')} ${name}@${alias} names nothing; it was version ${version}`,
      )
    })
}

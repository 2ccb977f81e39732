import { readFile } from 'node:fs/promises'
import { Command, Option } from 'commander'
import {
  operations,
  readRequirement,
  requirementKindNames,
  requirementKinds,
  TidemillError,
  type OutputOf,
  type Requirement,
  type RequirementKind,
} from '#contract'
import { baseCommand, type BaseOptions } from '../base-command.ts'
import { withCaller } from '../connect.ts'
import { show, textTable } from '../output.ts'

const { models } = operations

/** `models requirements …`: what a version must show before it takes a guarded alias. */
export function requirementsCommand(): Command {
  return new Command('requirements')
    .description('what a version must show before it takes a guarded alias')
    .addCommand(list())
    .addCommand(add())
    .addCommand(set())
    .addCommand(remove())
}

type Asked = Pick<OutputOf<typeof models.requirements>, 'model' | 'fromFile'>

function showAsked(asked: Asked, json: boolean | undefined): void {
  const { name, requirements } = asked.model
  show({ requirements, fromFile: asked.fromFile }, json, () =>
    requirements.length === 0
      ? `Nothing is asked of versions of ${name} yet. Ask it: tidemill models requirements add ${name} metric --metric f1 --min 0.7`
      : textTable(
          ['number', 'kind', 'asks', 'declared'],
          requirements.map((each, at) => [
            String(at + 1),
            each.kind,
            fieldsOf(each),
            isOfFile(asked, each) ? 'in tidemill.yaml' : 'by hand',
          ]),
        ),
  )
}

function fieldsOf(requirement: Requirement): string {
  const { kind: _, ...fields } = requirement
  return Object.entries(fields)
    .map(([name, value]) => `${name} ${Array.isArray(value) ? value.join(',') : String(value)}`)
    .join(', ')
}

function isOfFile({ fromFile }: Asked, one: Requirement): boolean {
  const text = JSON.stringify(one)
  return fromFile.some((each) => JSON.stringify(each) === text)
}

/** Changes what is asked as it is now; where somebody else changes it meanwhile, nothing is changed. */
async function change(
  name: string,
  options: BaseOptions,
  next: (asked: Asked) => readonly Requirement[],
): Promise<void> {
  const done = await withCaller(options, async (caller) => {
    const asked = await caller.call(models.get, { name })
    const { requirements: before } = asked.model
    const requirements = [...next(asked)]
    return caller.call(models.requirements, { name, requirements, before })
  })
  showAsked(done, options.json)
}

function list(): Command {
  return baseCommand('list', 'what is asked of versions of a model')
    .argument('<name>')
    .action(async (name: string, options: BaseOptions) => {
      showAsked(
        await withCaller(options, (caller) => caller.call(models.get, { name })),
        options.json,
      )
    })
}

interface AddOptions extends BaseOptions {
  readonly replace?: number
}

function add(): Command {
  const command = baseCommand('add', 'ask one thing more, or something else instead of one')
    .argument('<name>')
    .argument('<kind>', requirementKindNames.join(', '))
    .option('--replace <number>', 'instead of the requirement of this number', Number)
  for (const [name, about] of fieldOptions()) {
    command.addOption(new Option(`${flagOf(name)} <value>`, about))
  }
  return command.action(async (name: string, kind: string, options: AddOptions) => {
    const requirement = readRequirement(kindOf(kind), textsOf(options))
    const { replace } = options
    await change(name, options, ({ model: { requirements } }) => {
      if (replace === undefined) return [...requirements, requirement]
      checkNumber(replace, requirements, name)
      return requirements.map((each, at) => (at === replace - 1 ? requirement : each))
    })
  })
}

/** Each field of any kind once, with what it is in each. */
function fieldOptions(): ReadonlyMap<string, string> {
  const all = requirementKindNames.flatMap((kind) =>
    requirementKinds[kind].fields.map(({ name, about, choices }) => ({
      name,
      about: `of ${kind}: ${choices ? choices.join(', ') : about.toLowerCase()}`,
    })),
  )
  const byName = Map.groupBy(all, ({ name }) => name)
  return new Map([...byName].map(([name, of]) => [name, of.map(({ about }) => about).join('; ')]))
}

function flagOf(name: string): string {
  return `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}

function textsOf(options: object): Readonly<Record<string, string | undefined>> {
  const all = options as Readonly<Record<string, string | undefined>>
  return Object.fromEntries([...fieldOptions().keys()].map((name) => [name, all[name]]))
}

function kindOf(text: string): RequirementKind {
  const kind = requirementKindNames.find((each) => each === text)
  if (kind !== undefined) return kind
  const problem = `"${text}" is no kind of requirement; there are ${requirementKindNames.join(', ')}.`
  throw new TidemillError('bad_request', { problem })
}

function set(): Command {
  return baseCommand('set', 'ask what a file lists, besides what tidemill.yaml declares')
    .argument('<name>')
    .requiredOption(
      '--from <file>',
      'a list in YAML or JSON, as under requirements in tidemill.yaml',
    )
    .action(async (name: string, options: BaseOptions & { from: string }) => {
      const listed = await readList(options.from)
      await change(name, options, ({ fromFile }) => [...fromFile, ...listed])
    })
}

async function readList(file: string): Promise<readonly Requirement[]> {
  const { parse } = await import('yaml')
  const text = await readFile(file, 'utf8')
  try {
    const read: unknown = parse(text)
    if (Array.isArray(read)) return read as readonly Requirement[]
  } catch (cause) {
    const problem = `${file} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`
    throw new TidemillError('bad_request', { problem }, cause)
  }
  const problem = `${file} is no list of requirements: write one as - { kind: metric, metric: f1, min: 0.7 }`
  throw new TidemillError('bad_request', { problem })
}

function remove(): Command {
  return baseCommand('remove', 'ask a thing no longer')
    .argument('<name>')
    .argument('<number>', 'of the requirement, as list counts them', Number)
    .action(async (name: string, number: number, options: BaseOptions) => {
      await change(name, options, ({ model: { requirements } }) => {
        checkNumber(number, requirements, name)
        return requirements.filter((_, at) => at !== number - 1)
      })
    })
}

function checkNumber(number: number, all: readonly Requirement[], model: string): void {
  if (all[number - 1] !== undefined) return
  const problem = `There is no requirement ${number} of ${model}; tidemill models requirements list ${model} counts them.`
  throw new TidemillError('bad_request', { problem })
}

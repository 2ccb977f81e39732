import { createWriteStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Command } from 'commander'
import { measuredNumber, operations, type ModelVersion } from '#contract'
import { baseCommand, type BaseOptions } from '../base-command.ts'
import { withCaller } from '../connect.ts'
import { exitCodes } from '../exit-code.ts'
import { gateLines } from '../gate-lines.ts'
import { clientCommand, compareCommand, lineageCommand } from '../models/compare.ts'
import { consumersCommand } from '../models/consumers.ts'
import { keysCommand, signCommand, verifyCommand } from '../models/keys.ts'
import { requirementsCommand } from '../models/requirements.ts'
import { requestCommands } from '../models/requests.ts'
import { tendCommands } from '../models/tend.ts'
import { bold, green, shortNumber, show, textTable, when } from '../output.ts'

export function command(): Command {
  const models = new Command('models')
    .addCommand(list())
    .addCommand(showOne())
    .addCommand(register())
    .addCommand(promote())
    .addCommand(promoteBest())
    .addCommand(rollback())
    .addCommand(card())
    .addCommand(download())
    .addCommand(compareCommand())
    .addCommand(lineageCommand())
    .addCommand(requirementsCommand())
    .addCommand(consumersCommand())
    .addCommand(keysCommand())
    .addCommand(signCommand())
    .addCommand(verifyCommand())
    .addCommand(clientCommand())
  for (const each of [...requestCommands(), ...tendCommands()]) models.addCommand(each)
  return models
}

function list(): Command {
  return baseCommand('list', 'registered models').action(async (options: BaseOptions) => {
    const result = await withCaller(options, (caller) => caller.call(operations.models.list, {}))
    show(result, options.json, ({ models }) =>
      models.length === 0
        ? 'No models yet. Register a run’s model: tidemill models register NAME RUN'
        : textTable(
            ['name', 'latest', 'aliases', 'requirements'],
            models.map((each) => [
              each.name,
              each.latest,
              Object.entries(each.aliases)
                .map(([alias, version]) => `${alias}→${version}`)
                .join(' '),
              each.requirements.length,
            ]),
          ),
    )
  })
}

function showOne(): Command {
  return baseCommand('show', 'one model with its versions, or one version with its gate')
    .argument('<name>')
    .argument('[version]', 'a version', Number)
    .action(async (name: string, version: number | undefined, options: BaseOptions) => {
      if (version === undefined) await showModel(name, options)
      else await showVersion(name, version, options)
    })
}

async function showModel(name: string, options: BaseOptions): Promise<void> {
  const result = await withCaller(options, (caller) => caller.call(operations.models.get, { name }))
  show(result, options.json, ({ model, versions, history }) =>
    [
      `${bold(model.name)}  ${model.description}`,
      '',
      textTable(
        ['version', 'aliases', 'run', 'gate', 'made', ...metricNames(versions)],
        versions.map((each) => [
          each.version,
          each.aliases.join(' '),
          each.run ?? '',
          each.gate === undefined ? '' : each.gate.passed ? 'passed' : 'refused',
          when(each.createdAt),
          ...metricNames(versions).map((key) => shortNumber(measuredNumber(each.metrics[key]))),
        ]),
      ),
      '',
      textTable(
        ['alias', 'from', 'to', 'who', 'when', 'why'],
        history.map((each) => [
          each.alias,
          each.from,
          each.to,
          each.who,
          when(each.when),
          each.why,
        ]),
      ),
    ].join('\n'),
  )
}

function metricNames(versions: readonly ModelVersion[]): readonly string[] {
  return [...new Set(versions.flatMap((each) => Object.keys(each.metrics)))]
}

async function showVersion(name: string, version: number, options: BaseOptions): Promise<void> {
  const result = await withCaller(options, (caller) =>
    caller.call(operations.models.version, { name, version }),
  )
  show(result, options.json, (each) =>
    [
      each.version.card,
      '',
      each.version.gate ? gateLines(each.version.gate) : 'Not gated yet.',
    ].join('\n'),
  )
}

function register(): Command {
  return baseCommand('register', 'make a version from a run’s model')
    .argument('<name>')
    .argument('<run>')
    .option('--path <artifact>', 'an ONNX file or a folder with an MLmodel; model unless said')
    .action(async (name: string, run: string, options: BaseOptions & { path?: string }) => {
      const { path } = options
      const result = await withCaller(options, (caller) =>
        caller.call(operations.models.register, {
          ...{ name, run },
          ...(path === undefined ? {} : { path }),
        }),
      )
      show(result, options.json, ({ version, unchanged }) =>
        unchanged
          ? `Version ${version.version} is this model already.`
          : `${green('✓')} ${name} version ${version.version}`,
      )
    })
}

function promote(): Command {
  return baseCommand('promote', 'point an alias at a version; champion only through the gate')
    .argument('<name>')
    .argument('<version>', 'a version', Number)
    .option('--alias <alias>', 'the alias', 'champion')
    .option('--why <text>', 'for the history')
    .action(
      async (
        name: string,
        version: number,
        options: BaseOptions & { alias: string; why?: string },
      ) => {
        const { alias } = options
        const result = await withCaller(options, (caller) =>
          caller.call(operations.models.alias, {
            name,
            alias,
            version,
            ...(options.why === undefined ? {} : { why: options.why }),
          }),
        )
        show(result, options.json, ({ gate }) =>
          [
            ...(gate ? [gateLines(gate)] : []),
            `${green('✓')} ${name}@${alias} is version ${version}`,
          ].join('\n'),
        )
      },
    )
}

function promoteBest(): Command {
  return baseCommand('promote-best', 'register the best run and take it through the gate')
    .argument('[name]', 'a model; every declared one unless said')
    .action(async (name: string | undefined, options: BaseOptions) => {
      const results = await withCaller(options, async (caller) => {
        const { models } = await caller.call(operations.models.list, {})
        const names = name === undefined ? models.map((each) => each.name) : [name]
        const done = []
        for (const each of names)
          done.push(await caller.call(operations.models.best, { name: each }))
        return done
      })
      show({ results }, options.json, () =>
        results
          .map(({ version, gate }) =>
            [
              gateLines(gate),
              gate.passed
                ? `${green('✓')} ${version.model}@champion is version ${version.version}`
                : `The champion of ${version.model} stays.`,
            ].join('\n'),
          )
          .join('\n'),
      )
      if (results.some(({ gate }) => !gate.passed)) process.exitCode = exitCodes.no
    })
}

interface RollbackFlags extends BaseOptions {
  readonly alias: string
  readonly why?: string
  readonly anyway?: boolean
}

function rollback(): Command {
  return baseCommand('rollback', 'point an alias back at the version before')
    .argument('<name>')
    .option('--alias <alias>', 'the alias', 'champion')
    .option('--why <text>', 'for the history')
    .option('--anyway', 'also where an application would break')
    .action(async (name: string, options: RollbackFlags) => {
      const result = await withCaller(options, (caller) =>
        caller.call(operations.models.rollback, {
          name,
          alias: options.alias,
          ...(options.why === undefined ? {} : { why: options.why }),
          ...(options.anyway === undefined ? {} : { anyway: options.anyway }),
        }),
      )
      show(
        result,
        options.json,
        ({ change }) => `${green('✓')} ${name}@${change.alias}: ${change.from} → ${change.to}`,
      )
    })
}

interface CardFlags extends BaseOptions {
  readonly from?: string
  readonly history?: boolean
}

async function showEdits(name: string, version: number, options: BaseOptions): Promise<void> {
  const result = await withCaller(options, (caller) =>
    caller.call(operations.models.cardEdits, { name, version }),
  )
  show(result, options.json, ({ edits }) =>
    edits.length === 0
      ? 'It is as it was made.'
      : textTable(
          ['when', 'who', 'characters before', 'after'],
          edits.map((each) => [when(each.at), each.who, each.before.length, each.after.length]),
        ),
  )
}

function card(): Command {
  return baseCommand('card', 'print a version’s model card, or replace it from a file')
    .argument('<name>')
    .argument('<version>', 'a version', Number)
    .option('--from <file>', 'Markdown to replace it with')
    .option('--history', 'who changed it when')
    .action(async (name: string, version: number, options: CardFlags) => {
      const { from } = options
      if (options.history) return showEdits(name, version, options)
      const result = await withCaller(options, async (caller) => {
        if (from === undefined) {
          return caller.call(operations.models.version, { name, version })
        }
        const text = await readFile(from, 'utf8')
        return caller.call(operations.models.card, { name, version, card: text })
      })
      show(result, options.json, (each) => each.version.card)
    })
}

function download(): Command {
  return baseCommand('download', 'write a version’s ONNX file')
    .argument('<name>')
    .argument('<version>', 'a version', Number)
    .argument('<file>')
    .action(async (name: string, version: number, file: string, options: BaseOptions) => {
      await withCaller(options, async (caller) => {
        const bytes = await caller.download(operations.models.download, { name, version })
        await pipeline(Readable.fromWeb(bytes), createWriteStream(file))
      })
      show({ file }, options.json, () => `${green('✓')} ${file}`)
    })
}

import { join } from 'node:path/posix'
import { Command, Option } from 'commander'
import { addStage, loadPipeline, repro, type NewStage, type Output, type Stage } from '#pipeline'
import { reproLine } from './repro.ts'
import { green, textTable } from '../output.ts'
import { showStages } from '../show-stages.ts'
import { stageLog } from '../stage-log.ts'
import {
  gather,
  pipelineCommand,
  pipelineHere,
  tell,
  type PipelineOptions,
} from '../pipeline-command.ts'

interface AddFlags extends PipelineOptions {
  readonly name: string
  readonly force?: boolean
  readonly deps?: readonly string[]
  readonly params?: readonly string[]
  readonly outs?: readonly string[]
  readonly outsNoCache?: readonly string[]
  readonly outsPersist?: readonly string[]
  readonly outsPersistNoCache?: readonly string[]
  readonly metrics?: readonly string[]
  readonly metricsNoCache?: readonly string[]
  readonly plots?: readonly string[]
  readonly plotsNoCache?: readonly string[]
  readonly wdir?: string
  readonly alwaysChanged?: boolean
  readonly desc?: string
  readonly run?: boolean
}

export function command(): Command {
  return new Command('stage')
    .enablePositionalOptions()
    .addCommand(add())
    .addCommand(list())
    .addCommand(stageLog())
}

function add(): Command {
  return pipelineCommand('add', 'write a stage into dvc.yaml')
    .argument('<command...>', 'what to run; one argument in quotes keeps the shell’s signs')
    .requiredOption('-n, --name <name>', 'what the stage is called')
    .option('-f, --force', 'in place of the stage of that name')
    .option('-d, --deps <path>', 'what it reads (may be repeated, as all of these)', gather)
    .option('-p, --params <[file:]keys>', 'parameters it depends on, separated by commas', gather)
    .option('-o, --outs <path>', 'what it makes', gather)
    .option('-O, --outs-no-cache <path>', 'what it makes and Git keeps', gather)
    .option('--outs-persist <path>', 'what it adds to: not removed before a run', gather)
    .option('--outs-persist-no-cache <path>', 'the same, kept by Git', gather)
    .option('-m, --metrics <path>', 'a file of metrics', gather)
    .option('-M, --metrics-no-cache <path>', 'a file of metrics that Git keeps', gather)
    .option('--plots <path>', 'a file to plot', gather)
    .option('--plots-no-cache <path>', 'a file to plot that Git keeps', gather)
    .option('-w, --wdir <path>', 'the folder it runs in')
    .option('--always-changed', 'run it every time')
    .option('--desc <text>', 'what it does')
    .option('--run', 'run it now')
    .passThroughOptions()
    .action(async (words: readonly string[], options: AddFlags) => {
      const pipeline = pipelineHere()
      const { json: _json, quiet: _quiet, force, run, ...fields } = options
      const stage: NewStage = { ...fields, cmd: words.join(' ') }
      const showProgress = showStages()
      const changed = await addStage(pipeline, stage, { force: force ?? false })
      const ran = run
        ? await repro(loadPipeline('.'), {
            targets: [options.name],
            onEvent: (event) => {
              if (!options.json) showProgress(event)
            },
          })
        : undefined
      tell({ stage: options.name, changed }, options, () =>
        [
          `${green('✓')} ${options.name} added to dvc.yaml`,
          ...(ran ? [reproLine(ran)] : [`Run it: tidemill repro ${options.name}`]),
        ].join('\n'),
      )
    })
}

function list(): Command {
  return pipelineCommand('list', 'the stages of the dvc.yaml here')
    .argument('[targets...]', 'a dvc.yaml, a folder or stages')
    .option('--all', 'those of the whole repository, and data files')
    .option('--name-only', 'names alone')
    .addOption(new Option('--names-only', 'as --name-only').implies({ nameOnly: true }).hideHelp())
    .option('-R, --recursive', 'a folder means every dvc.yaml in it and below')
    .addOption(new Option('--fail', 'as is the rule').hideHelp())
    .action(
      (
        targets: readonly string[],
        options: PipelineOptions & { all?: boolean; nameOnly?: boolean; recursive?: boolean },
      ) => {
        const pipeline = pipelineHere()
        const own = pipeline.folder === '.' ? 'dvc.yaml' : `${pipeline.folder}/dvc.yaml`
        const files = targets.flatMap((each) => [each, `${each.replace(/\/$/, '')}/dvc.yaml`])
        const folders = options.recursive
          ? (targets.length === 0 ? ['.'] : targets).map((each) => join(pipeline.folder, each))
          : []
        const wanted = (stage: Stage) =>
          options.all === true ||
          folders.some((folder) =>
            join('.', stage.file).startsWith(join(folder, '/').replace(/^\.\//, '')),
          ) ||
          (targets.length === 0
            ? stage.file === own
            : [stage.file, stage.name, stage.group ?? '', stage.address].some((name) =>
                files.includes(name),
              ))
        const stages = pipeline.stages.filter(wanted).map((stage) => ({
          name: stage.address,
          description: stage.desc ?? described(stage.outs),
        }))
        const data = options.all
          ? pipeline.data.map((each) => ({ name: each.address, description: described(each.outs) }))
          : []
        const listed = [...stages, ...data]
        tell({ stages: listed }, options, () => {
          if (options.nameOnly) return listed.map(({ name }) => name).join('\n')
          return listed.length === 0
            ? 'No stages here. Add one: tidemill stage add -n NAME …'
            : textTable(
                ['stage', ''],
                listed.map(({ name, description }) => [name, description]),
              )
        })
      },
    )
}

function described(outs: readonly Output[]): string {
  const paths = (kind: Output['kind']) =>
    outs.filter((out) => out.kind === kind).map((out) => out.path)
  const [data, reports] = [paths('out'), [...paths('metric'), ...paths('plot')]]
  return [
    ...(data.length === 0 ? [] : [`makes ${data.join(', ')}`]),
    ...(reports.length === 0 ? [] : [`reports ${reports.join(', ')}`]),
  ].join('; ')
}

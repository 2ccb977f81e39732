import type { Command } from 'commander'
import { operations, type Caller } from '#contract'
import { baseCommand, type BaseOptions } from '../base-command.ts'
import { withCaller } from '../connect.ts'
import { green, show } from '../output.ts'

/** `runs move`: runs into another experiment. */
export function moveCommand(): Command {
  return baseCommand('move', 'move runs, and those nested in them, to another experiment')
    .argument('<runs...>')
    .requiredOption('--to <experiment>', 'the experiment they go to, by name')
    .option('--create', 'make it when there is none')
    .action(
      async (
        runs: readonly string[],
        options: BaseOptions & { readonly to: string; readonly create?: boolean },
      ) => {
        const { to, create = false } = options
        const moved = await withCaller(options, (caller) =>
          caller.call(operations.runs.move, { runs: [...runs], to, create }),
        )
        show(
          moved,
          options.json,
          (each) =>
            `${green('✓')} ${each.runs.length} runs with ${each.models} logged models and ${each.traces} traces are in ${to}`,
        )
      },
    )
}

/** `runs rename`: an experiment, or a folder with all that is in it. */
export function renameCommand(): Command {
  return baseCommand('rename', 'rename an experiment, or a folder with all that is in it')
    .argument('<name>', 'an experiment; a folder when no experiment has the name, or it ends in /')
    .argument('<to>', 'its new name, / for the uppermost folder')
    .action(async (name: string, to: string, options: BaseOptions) => {
      const renamed = await withCaller(options, (caller) => rename(caller, name, to))
      show(renamed, options.json, ({ experiments }) =>
        experiments.map((each) => `${green('✓')} ${each}`).join('\n'),
      )
    })
}

async function rename(
  caller: Caller,
  name: string,
  to: string,
): Promise<{ readonly experiments: readonly string[] }> {
  const { experiments } = await caller.call(operations.runs.experiments, {})
  const found = experiments.find((each) => each.name === name)
  if (found) {
    const input = { experiment: found.id, name: to }
    const { experiment } = await caller.call(operations.runs.renameExperiment, input)
    return { experiments: [experiment.name] }
  }
  const input = { folder: name.replace(/\/$/, ''), to: to.replace(/\/$/, '') }
  return caller.call(operations.runs.moveFolder, input)
}

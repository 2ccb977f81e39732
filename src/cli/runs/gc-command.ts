import type { Command } from 'commander'
import { operations, type GarbageReport } from '#contract'
import { baseCommand, type BaseOptions } from '../base-command.ts'
import { confirm } from '../confirm.ts'
import { withCaller } from '../connect.ts'
import { readDuration } from '../duration.ts'
import { dim, green, show, yellow } from '../output.ts'

interface GcOptions extends BaseOptions {
  readonly olderThan?: string
  readonly experiment?: string
  readonly folder?: string
  readonly run?: readonly string[]
  readonly yes?: boolean
}

/** `runs gc`: what was removed, for good. */
export function gcCommand(): Command {
  return baseCommand('gc', 'end what was removed: rows, files, and the names of experiments')
    .option('--older-than <span>', 'only what was removed so long ago, for example 30d or 12h')
    .option('-e, --experiment <name>', 'only of this experiment')
    .option('--folder <path>', 'only of experiments in this folder and below')
    .option('--run <run...>', 'only these runs')
    .option('--yes', 'do it without asking')
    .addHelpText(
      'after',
      `
Without --yes it says what would go, and on a terminal asks. Runs and logged models that a registered version needs are kept.`,
    )
    .action(async (options: GcOptions) => {
      const { olderThan, experiment, folder, run } = options
      const request = {
        ...(olderThan === undefined ? {} : { olderThanMs: readDuration(olderThan) }),
        ...(experiment === undefined ? {} : { experiment }),
        ...(folder === undefined ? {} : { folder: folder.replace(/\/$/, '') }),
        ...(run === undefined ? {} : { runs: [...run] }),
      }
      const report = await withCaller(options, async (caller) => {
        const go = () => caller.call(operations.runs.gc, { ...request, dry: false })
        if (options.yes) return go()
        const planned = await caller.call(operations.runs.gc, { ...request, dry: true })
        const canAsk = process.stdin.isTTY && !options.json && hasWork(planned)
        return canAsk && (await confirm(`${whatGoes(planned)} would go for good. Go on?`))
          ? go()
          : planned
      })
      show(report, options.json, lines)
    })
}

function hasWork({ runs, models, experiments, objects }: GarbageReport): boolean {
  return runs + models + experiments.length + objects > 0
}

function whatGoes({ runs, models, experiments, objects, bytes }: GarbageReport): string {
  return `${runs} runs, ${models} logged models, ${experiments.length} experiments and ${objects} objects (${megabytes(bytes)})`
}

function lines(report: GarbageReport): string {
  const { dry, waiting, kept, experiments } = report
  return [
    dry
      ? `${whatGoes(report)} would go for good. Nothing was removed: --yes does it.`
      : `${green('✓')} gone for good: ${whatGoes(report)}`,
    ...(experiments.length > 0 ? [`  names free again: ${experiments.join(', ')}`] : []),
    ...(waiting.objects > 0
      ? [
          dim(
            `  ${megabytes(waiting.bytes)} were stored in the last ten minutes and wait for the next time`,
          ),
        ]
      : []),
    ...(kept.length > 0
      ? [yellow(`  ${kept.length} kept, which registered versions need: ${kept.join(', ')}`)]
      : []),
  ].join('\n')
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`
}

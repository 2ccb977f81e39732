import { spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { Command, Option } from 'commander'
import { TidemillError } from '#contract/error'
import {
  openQueue,
  queueIsWorked,
  removeDeadTrees,
  type ExperimentQueue,
  type QueuedExperiment,
} from '#pipeline'
import { wholeNumber } from '../transfer-options.ts'
import { workHere } from '../experiment-work.ts'
import { homeOf } from '../connect.ts'
import { printFile } from '../follow-file.ts'
import { dim, green, red, textTable, yellow } from '../output.ts'
import {
  counted,
  pipelineCommand,
  rootHere,
  tell,
  type PipelineOptions,
} from '../pipeline-command.ts'

export function command(): Command {
  return new Command('queue')
    .addCommand(start())
    .addCommand(status())
    .addCommand(logs())
    .addCommand(stop())
    .addCommand(kill())
    .addCommand(remove())
    .addCommand(work(), { hidden: true })
}

function start(): Command {
  return pipelineCommand('start', 'work off what waits, in the background')
    .option('-j, --jobs <n>', 'experiments at a time', wholeNumber, 1)
    .action(async (options: PipelineOptions & { jobs: number }) => {
      const root = rootHere()
      const queue = openQueue(root)
      const waiting = queue.list().filter(({ state }) => state === 'queued').length
      if (queueIsWorked(root)) {
        tell({ started: false }, options, () => 'A worker is at work already.')
        return
      }
      const log = queue.logFile({ id: 'worker' })
      mkdirSync(dirname(log), { recursive: true })
      const out = openSync(log, 'a')
      const [program = ''] = process.argv.slice(1)
      const child = spawn(
        process.execPath,
        [program, 'queue', 'work', '--jobs', String(options.jobs)],
        {
          cwd: root,
          detached: true,
          stdio: ['ignore', out, out],
          // as from here, not as from the root
          env: { ...process.env, TIDEMILL_HOME: homeOf({}) },
        },
      )
      closeSync(out)
      child.unref()
      tell(
        { started: true, pid: child.pid, waiting },
        options,
        () =>
          `${green('✓')} a worker has begun; ${counted(waiting, 'experiment')} ${waiting === 1 ? 'waits' : 'wait'}. See tidemill queue status.`,
      )
    })
}

/** What `start` starts: the same in the foreground. */
function work(): Command {
  return pipelineCommand('work', 'work off what waits, in the foreground')
    .option('-j, --jobs <n>', 'experiments at a time', wholeNumber, 1)
    .action(async (options: PipelineOptions & { jobs: number }) => {
      const root = rootHere()
      // Nobody sits before it: who tells it to end shuts the machine down, and means no experiment.
      await workHere(root, options.jobs, (line) => process.stdout.write(`${line}\n`), true)
    })
}

function status(): Command {
  return pipelineCommand('status', 'what waits, what runs, what ended').action(
    (options: PipelineOptions) => {
      const root = rootHere()
      const experiments = openQueue(root).list()
      const worked = queueIsWorked(root)
      tell({ experiments, worked }, options, () => {
        if (experiments.length === 0)
          return 'The queue is empty. Fill it: tidemill exp run --queue -S key=1,2,3'
        const table = textTable(
          ['experiment', 'state', 'parameters', 'result'],
          experiments.map((each) => [
            each.name,
            coloured(each),
            each.set.join(' '),
            each.rev?.slice(0, 7) ?? each.error?.split('\n')[0]?.slice(0, 60) ?? '',
          ]),
        )
        const waiting = experiments.some(({ state }) => state === 'queued')
        const note = worked
          ? 'A worker is at work.'
          : waiting
            ? 'No worker is at work: tidemill queue start'
            : 'No worker is at work, and nothing waits.'
        return `${table}\n${dim(note)}`
      })
    },
  )
}

function coloured({ state }: QueuedExperiment): string {
  if (state === 'done') return green(state)
  if (state === 'failed' || state === 'killed') return red(state)
  return state === 'running' ? yellow(state) : state
}

function logs(): Command {
  return pipelineCommand('logs', 'what an experiment printed')
    .argument('<experiment>', 'its name')
    .option('-f, --follow', 'and what it prints until it ends')
    .addOption(new Option('-e, --encoding <name>', 'taken for DVC’s sake: it is UTF-8').hideHelp())
    .action(async (name: string, options: PipelineOptions & { follow?: boolean }) => {
      const queue = openQueue(rootHere())
      const [experiment] = named(queue, [name])
      if (!experiment) return
      const ended = (): boolean => {
        const now = queue.list().find(({ id }) => id === experiment.id)
        return now?.state !== 'queued' && now?.state !== 'running'
      }
      await printFile(queue.logFile(experiment), options.follow ? ended : undefined)
    })
}

function stop(): Command {
  return pipelineCommand('stop', 'take nothing more; what runs goes on to its end')
    .option('--kill', 'end what runs, too')
    .action((options: PipelineOptions & { kill?: boolean }) => {
      const queue = openQueue(rootHere())
      queue.stop(true)
      const running = queue.list().filter(({ state }) => state === 'running')
      if (options.kill) for (const each of running) queue.kill(each)
      tell({ running }, options, () =>
        running.length === 0
          ? 'Nothing runs.'
          : `${counted(running.length, 'experiment')} ${options.kill ? 'will be ended' : 'will run to the end'}; nothing more is taken.`,
      )
    })
}

function kill(): Command {
  return pipelineCommand('kill', 'end experiments that run')
    .argument('<experiments...>', 'names')
    .addOption(new Option('-f, --force', 'taken for DVC’s sake: it is sure').hideHelp())
    .action((names: readonly string[], options: PipelineOptions) => {
      const queue = openQueue(rootHere())
      const chosen = named(queue, names)
      const idle = chosen.find(({ state }) => state !== 'running')
      if (idle) {
        throw new TidemillError('conflict', {
          problem: `${idle.name} does not run: it is ${idle.state}.`,
        })
      }
      for (const each of chosen) queue.kill(each)
      tell({ killed: names }, options, () => `${names.join(', ')} will be ended.`)
    })
}

function remove(): Command {
  return pipelineCommand('remove', 'take experiments out of the queue; what they made stays')
    .argument('[experiments...]', 'names')
    .option('--all', 'all but those that run')
    .option('--queued', 'those that wait')
    .option('--success', 'those that are done')
    .option('--failed', 'those that failed or were killed')
    .action(
      async (
        names: readonly string[],
        options: PipelineOptions & {
          all?: boolean
          queued?: boolean
          success?: boolean
          failed?: boolean
        },
      ) => {
        const root = rootHere()
        const queue = openQueue(root)
        await removeDeadTrees(root)
        const wanted = ({ state }: QueuedExperiment): boolean =>
          (options.all === true && state !== 'running') ||
          (options.queued === true && state === 'queued') ||
          (options.success === true && state === 'done') ||
          (options.failed === true && (state === 'failed' || state === 'killed'))
        const chosen = [...named(queue, names), ...queue.list().filter(wanted)]
        const busy = chosen.find(({ state }) => state === 'running')
        if (busy && !queueIsWorked(root)) queue.recover()
        else if (busy) {
          throw new TidemillError('conflict', {
            problem: `${busy.name} runs; end it first: tidemill queue kill ${busy.name}`,
          })
        }
        for (const each of chosen) queue.remove(each)
        tell({ removed: chosen.map(({ name }) => name) }, options, () =>
          chosen.length === 0
            ? 'Nothing to remove: name experiments, or give --all, --queued, --success or --failed.'
            : chosen.map(({ name }) => `${green('✓')} ${name} removed`).join('\n'),
        )
      },
    )
}

/** The newest of each name. Errors: `not_found`. */
function named(queue: ExperimentQueue, names: readonly string[]): readonly QueuedExperiment[] {
  const all = queue.list()
  return names.map((name) => {
    const found = all.findLast((each) => each.name === name)
    if (!found) throw new TidemillError('not_found', { kind: 'experiment in the queue', name })
    return found
  })
}

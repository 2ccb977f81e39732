import { writeFile } from 'node:fs/promises'
import { Command } from 'commander'
import { operations, type DriftReport } from '#contract'
import { baseCommand, type BaseOptions } from '../base-command.ts'
import { withCaller } from '../connect.ts'
import { exitCodes } from '../exit-code.ts'
import { bold, dim, green, red, shortNumber, show, textTable, when, yellow } from '../output.ts'

export function command(): Command {
  return new Command('monitor')
    .addCommand(list())
    .addCommand(run())
    .addCommand(showOne())
    .addCommand(alarms())
    .addCommand(resolve())
    .addCommand(html())
}

function list(): Command {
  return baseCommand('list', 'monitors with their last reports').action(
    async (options: BaseOptions) => {
      const result = await withCaller(options, (caller) =>
        caller.call(operations.monitors.list, {}),
      )
      show(result, options.json, ({ monitors }) =>
        monitors.length === 0
          ? 'No monitors yet. Declare one under monitors: in tidemill.yaml.'
          : textTable(
              ['name', 'endpoint', 'waiting', 'open alarms', 'last', 'verdict'],
              monitors.map((each) => [
                each.name,
                each.endpoint,
                each.waiting,
                each.openAlarms,
                when(each.last?.createdAt),
                each.problem ??
                  (each.last === undefined ? '' : each.last.drifted ? 'drifted' : 'steady'),
              ]),
            ),
      )
    },
  )
}

function run(): Command {
  return baseCommand('run', 'look at the newest window now; exits with 1 on drift or harm')
    .argument('<name>')
    .action(async (name: string, options: BaseOptions) => {
      const report = await withCaller(options, (caller) =>
        caller.call(operations.monitors.run, { name }),
      )
      show(report, options.json, reportLines)
      if (report.drifted || report.harm?.harmful) process.exitCode = exitCodes.no
    })
}

function showOne(): Command {
  return baseCommand('show', 'the last report of a monitor')
    .argument('<name>')
    .action(async (name: string, options: BaseOptions) => {
      const result = await withCaller(options, (caller) =>
        caller.call(operations.monitors.get, { name }),
      )
      show(result, options.json, ({ reports }) =>
        reports[0] ? reportLines(reports[0]) : 'No report yet: tidemill monitor run NAME',
      )
    })
}

function reportLines(report: DriftReport): string {
  const verdict = report.drifted ? red('drifted') : green('steady')
  return [
    `${bold(report.monitor)}: ${verdict}, ${report.currentRows} rows against ${report.referenceRows}`,
    report.summary,
    textTable(
      ['column', 'test', 'score', 'p', 'threshold', 'effect', 'verdict', report.peer.name],
      report.columns.map((each) => [
        each.column,
        each.test,
        shortNumber(each.statistic),
        shortNumber(each.pValue),
        shortNumber(each.threshold),
        shortNumber(each.effect),
        each.drifted ? 'drifted' : 'steady',
        each.peer.drifted ? 'drifted' : 'steady',
      ]),
    ),
    dim(report.peer.summary),
    ...(report.harm ? [report.harm.harmful ? red(report.harm.summary) : report.harm.summary] : []),
  ].join('\n')
}

function alarms(): Command {
  return baseCommand('alarms', 'alarms, newest first')
    .option('--open', 'only open ones')
    .action(async (options: BaseOptions & { open?: boolean }) => {
      const result = await withCaller(options, (caller) =>
        caller.call(operations.monitors.alarms, options.open ? { state: 'open' } : {}),
      )
      show(result, options.json, (each) =>
        each.alarms.length === 0
          ? 'No alarms.'
          : textTable(
              ['alarm', 'kind', 'state', 'opened', 'what'],
              each.alarms.map((alarm) => [
                alarm.id,
                alarm.kind,
                alarm.state === 'open' ? yellow(alarm.state) : alarm.state,
                when(alarm.openedAt),
                alarm.summary,
              ]),
            ),
      )
    })
}

function resolve(): Command {
  return baseCommand('resolve', 'resolve an alarm')
    .argument('<alarm>')
    .option('--note <text>', 'what was done')
    .action(async (id: string, options: BaseOptions & { note?: string }) => {
      const result = await withCaller(options, (caller) =>
        caller.call(operations.monitors.resolve, {
          id,
          state: 'resolved',
          ...(options.note === undefined ? {} : { note: options.note }),
        }),
      )
      show(result, options.json, () => `${green('✓')} resolved`)
    })
}

function html(): Command {
  return baseCommand('html', 'write the last report as a page')
    .argument('<name>')
    .argument('<file>')
    .action(async (name: string, file: string, options: BaseOptions) => {
      await withCaller(options, async (caller) => {
        const { reports } = await caller.call(operations.monitors.get, { name })
        const id = reports[0]?.id
        const bytes = await caller.download(operations.monitors.html, { id: id ?? 'none' })
        await writeFile(file, Buffer.from(await new Response(bytes).arrayBuffer()))
      })
      show({ file }, options.json, () => `${green('✓')} ${file}`)
    })
}

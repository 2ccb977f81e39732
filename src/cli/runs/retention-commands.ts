import type { Command } from 'commander'
import { operations, TidemillError, type RetentionEffect, type RetentionRule } from '#contract'
import { baseCommand, type BaseOptions } from '../base-command.ts'
import { confirm } from '../confirm.ts'
import { withCaller } from '../connect.ts'
import { readDuration } from '../duration.ts'
import { green, show, textTable, when } from '../output.ts'

interface RuleOptions extends BaseOptions {
  readonly experiments: string
  readonly keepLast?: number
  readonly keepBest?: string
  readonly olderThan?: string
  readonly purgeAfter?: string
}

interface Effects {
  readonly effects: readonly RetentionEffect[]
  readonly bytes: number
}

/** `runs retention`: rules for which runs are kept. */
export function retentionCommand(): Command {
  return baseCommand('retention', 'rules for which runs are kept')
    .addCommand(list())
    .addCommand(set())
    .addCommand(remove())
    .addCommand(preview())
    .addCommand(apply())
}

function list(): Command {
  return baseCommand('ls', 'the rules').action(async (options: BaseOptions) => {
    const result = await withCaller(options, (caller) => caller.call(operations.retention.list, {}))
    show(result, options.json, ({ rules }) =>
      rules.length === 0
        ? 'No rules: every run is kept.'
        : textTable(
            ['rule', 'experiments', 'keeps', 'ends after', 'applied'],
            rules.map(({ name, rule, appliedAt }) => [
              name,
              rule.experiments,
              keeps(rule),
              rule.purgeAfterDays === undefined ? 'never' : `${rule.purgeAfterDays} days`,
              when(appliedAt),
            ]),
          ),
    )
  })
}

function keeps({ keepLast, keepBest, olderThanDays }: RetentionRule): string {
  const parts = [
    ...(keepLast === undefined ? [] : [`last ${keepLast}`]),
    ...(keepBest ? [`best ${keepBest.count} by ${keepBest.metric} (${keepBest.goal})`] : []),
    ...(olderThanDays === undefined ? [] : [`younger than ${olderThanDays} days`]),
  ]
  return parts.length === 0 ? 'all' : parts.join(', ')
}

function set(): Command {
  return withRule(baseCommand('set', 'make or change a rule; it is applied every hour'))
    .argument('<name>')
    .action(async (name: string, options: RuleOptions) => {
      const rule = ruleOf(options)
      const made = await withCaller(options, (caller) =>
        caller.call(operations.retention.set, { name, rule }),
      )
      show(made, options.json, () => `${green('✓')} ${name} keeps ${keeps(rule)}`)
    })
}

function withRule(command: Command): Command {
  return command
    .requiredOption('-e, --experiments <pattern>', 'a name; * stands for anything: team/*')
    .option('--keep-last <n>', 'keep the newest so many', Number)
    .option('--keep-best <metric>', 'keep the best: METRIC:N for the greatest, METRIC:N:min')
    .option('--older-than <span>', 'keep what ended later than this ago, for example 30d')
    .option('--purge-after <span>', 'end what is hidden after so long, for example 7d')
}

function ruleOf(options: RuleOptions): RetentionRule {
  const { experiments, keepLast, keepBest, olderThan, purgeAfter } = options
  const days = (span: string): number => readDuration(span) / 86_400_000
  return {
    experiments,
    ...(keepLast === undefined ? {} : { keepLast }),
    ...(keepBest === undefined ? {} : { keepBest: bestOf(keepBest) }),
    ...(olderThan === undefined ? {} : { olderThanDays: days(olderThan) }),
    ...(purgeAfter === undefined ? {} : { purgeAfterDays: days(purgeAfter) }),
  }
}

function bestOf(text: string): NonNullable<RetentionRule['keepBest']> {
  const [, metric = '', count = '', goal = 'max'] = /^(.+?):(\d+)(?::(max|min))?$/.exec(text) ?? []
  if (metric !== '') return { metric, count: Number(count), goal: goal === 'min' ? 'min' : 'max' }
  const problem = `"${text}" names no best runs: METRIC:N or METRIC:N:min, for example f1:5.`
  throw new TidemillError('bad_request', { problem })
}

function remove(): Command {
  return baseCommand('rm', 'remove a rule; what it hid stays hidden')
    .argument('<name>')
    .action(async (name: string, options: BaseOptions) => {
      const result = await withCaller(options, (caller) =>
        caller.call(operations.retention.remove, { name }),
      )
      show(result, options.json, () => `${green('✓')} ${name} is gone`)
    })
}

function preview(): Command {
  return baseCommand('preview', 'what the rules would do now').action(
    async (options: BaseOptions) => {
      const result = await withCaller(options, (caller) =>
        caller.call(operations.retention.preview, {}),
      )
      show(result, options.json, effectLines)
    },
  )
}

function apply(): Command {
  return baseCommand('apply', 'apply the rules now')
    .option('--yes', 'do it without asking')
    .action(async (options: BaseOptions & { readonly yes?: boolean }) => {
      const result = await withCaller(options, async (caller) => {
        if (!options.yes) {
          const planned = await caller.call(operations.retention.preview, {})
          const hides = planned.effects.reduce((sum, each) => sum + each.hides + each.purges, 0)
          if (hides > 0 && !(await confirm(`${effectLines(planned)}\nGo on?`))) return planned
        }
        return caller.call(operations.retention.apply, {})
      })
      show(result, options.json, effectLines)
    })
}

function effectLines({ effects, bytes }: Effects): string {
  if (effects.length === 0) return 'No rules: every run is kept.'
  const table = textTable(
    ['rule', 'looked at', 'hides', 'ends', 'first of them'],
    effects.map(({ name, looked, hides, purges, runs }) => [
      name,
      looked,
      hides,
      purges,
      runs
        .slice(0, 3)
        .map((run) => run.name)
        .join(', '),
    ]),
  )
  return `${table}\n${(bytes / 1e6).toFixed(1)} MB of files`
}

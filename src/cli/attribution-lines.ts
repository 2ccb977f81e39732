import type { Attribution, AttributionMetric, AttributionPlan } from '#contract'
import { bold, dim, green, textTable, yellow } from './output.ts'
import { counted } from './pipeline-command.ts'

/** What an attribution would run. */
export function planText(plan: AttributionPlan): string {
  const { from, to, method, counterfactuals, cached, stages, seconds } = plan
  const time =
    seconds === undefined
      ? 'how long they take is not known yet'
      : seconds === 0
        ? ''
        : `about ${duration(seconds)}`
  return [
    `${bold(from.name)} → ${bold(to.name)}: ${counted(plan.causes.length, 'cause')}, ${counted(plan.metrics.length, 'metric')}`,
    ...causeLines(plan),
    [
      `${counted(counterfactuals, 'counterfactual')} (${method}), ${cached} of them from the cache`,
      ...(stages > 0 ? [`at most ${counted(stages, 'stage')} to run`, time] : ['nothing to run']),
    ]
      .filter((part) => part !== '')
      .join(', '),
    ...undeclaredLines(plan.undeclared),
  ].join('\n')
}

/** Each cause's share in each metric that changed, largest first. */
export function attributionLines(found: Attribution): string {
  const { from, to, metrics, causes, runs, notes } = found
  if (causes.length === 0 && metrics.every((metric) => metric.change === 0))
    return [
      `${green('✓')} Nothing that a stage declares differs between ${from.name} and ${to.name}.`,
      ...notes,
    ].join('\n')
  const changed = metrics.filter((metric) => metric.change !== 0)
  const still = metrics.length - changed.length
  return [
    `${bold(from.name)} → ${bold(to.name)}`,
    ...changed.flatMap((metric) => ['', ...metricLines(metric)]),
    ...(still > 0 ? ['', dim(`${counted(still, 'metric')} did not change.`)] : []),
    '',
    dim(
      `${counted(runs.length, 'counterfactual')} prove it; tidemill attribute … --json names them.`,
    ),
    ...notes.map((note) => `${yellow('!')} ${note}`),
  ].join('\n')
}

function metricLines({ id, from, to, change, shares, method }: AttributionMetric): string[] {
  const rows = shares
    .toSorted((a, b) => Math.abs(b.share) - Math.abs(a.share))
    .map(({ cause, share, low, high }) => [
      cause,
      signed(share),
      change === 0 ? '' : `${Math.round((share / change) * 100)} %`,
      low === undefined || high === undefined ? '' : `${signed(low)} … ${signed(high)}`,
    ])
  const ranged = rows.some((row) => row[3] !== '')
  return [
    `${bold(id)}  ${short(from)} → ${short(to)}  (${signed(change)}${method === 'sampled' ? ', sampled' : ''})`,
    rows.length === 0
      ? dim('  no cause reaches it')
      : textTable(
          ['cause', 'share', 'of it', ...(ranged ? ['95 %'] : [])],
          rows.map((row) => row.slice(0, ranged ? 4 : 3)),
        ).replace(/^/gm, '  '),
  ]
}

function causeLines({ causes }: AttributionPlan): string[] {
  return causes.map(({ id, changes, idle }) => {
    const [first] = changes
    const what =
      first === undefined
        ? ''
        : changes.length > 1
          ? counted(changes.length, 'change')
          : `${text(first.old)} → ${text(first.new)}`
    return `  ${idle ? dim(id) : id}  ${dim(idle ? `${what}, no metric can feel it` : what)}`
  })
}

function undeclaredLines(paths: readonly string[]): string[] {
  return paths.length === 0
    ? []
    : [
        `${yellow('!')} ${counted(paths.length, 'file')} that no stage declares ${paths.length === 1 ? 'differs' : 'differ'}: ${paths.join(', ')}`,
      ]
}

function text(value: unknown): string {
  if (value === null) return 'nothing'
  const whole = typeof value === 'string' ? value : JSON.stringify(value)
  return whole.length > 40 ? `${whole.slice(0, 39)}…` : whole
}

function short(value: number): string {
  return String(Number(value.toPrecision(5)))
}

function signed(value: number): string {
  const shown = short(value)
  return value > 0 ? `+${shown}` : shown
}

function duration(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`
}

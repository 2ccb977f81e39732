import { Command } from 'commander'
import { operations, type InputOf, type SpanLine, type Trace } from '#contract'
import { baseCommand, type BaseOptions } from '../base-command.ts'
import { withCaller } from '../connect.ts'
import { bold, dim, green, red, show, textTable, when } from '../output.ts'

export function command(): Command {
  return new Command('traces').addCommand(list()).addCommand(showOne()).addCommand(assess())
}

type SearchInput = InputOf<typeof operations.traces.search>

interface ListOptions extends BaseOptions {
  readonly experiment?: string
  readonly run?: string
  readonly state?: string
  readonly text?: string
  readonly filter?: string
  readonly order?: string
  readonly limit: number
}

function list(): Command {
  return baseCommand('ls', 'traces, newest first')
    .option('-e, --experiment <name>', 'only of this experiment')
    .option('-r, --run <run>', 'only of this run')
    .option('-s, --state <state>', 'ok, error or in_progress')
    .option('-t, --text <words>', 'words of the name, the request or the answer')
    .option('-f, --filter <text>', "for example: execution_time > 1000 and tags.env = 'prod'")
    .option('-o, --order <text>', 'for example: execution_time desc')
    .option('-n, --limit <n>', 'how many', Number, 50)
    .action(async ({ experiment, run, state, text, filter, order, ...rest }: ListOptions) => {
      const result = await withCaller(rest, (caller) =>
        caller.call(operations.traces.search, {
          limit: rest.limit,
          ...(experiment === undefined ? {} : { experiment }),
          ...(run === undefined ? {} : { run }),
          ...(state === undefined ? {} : { state: state as NonNullable<SearchInput['state']> }),
          ...(text === undefined ? {} : { text }),
          ...(filter === undefined ? {} : { filter }),
          ...(order === undefined ? {} : { order }),
        }),
      )
      show(result, rest.json, ({ traces }) =>
        traces.length === 0 ? 'No traces.' : traceTable(traces),
      )
    })
}

function traceTable(traces: readonly Trace[]): string {
  return textTable(
    ['trace', 'name', 'state', 'ms', 'tokens', 'started', 'request'],
    traces.map((each) => [
      each.id,
      each.name,
      each.state,
      each.duration,
      each.tokens?.total,
      when(each.startedAt),
      each.request?.replaceAll(/\s+/g, ' ').slice(0, 60) ?? '',
    ]),
  )
}

function showOne(): Command {
  return baseCommand('show', 'one trace with its spans, or one of its spans in full')
    .argument('<trace>')
    .argument('[span]', 'a span’s identifier')
    .action(async (trace: string, span: string | undefined, options: BaseOptions) => {
      if (span !== undefined) {
        const result = await withCaller(options, (caller) =>
          caller.call(operations.traces.span, { trace, span }),
        )
        show(result, options.json, (each) => JSON.stringify(each.span, undefined, 2))
        return
      }
      const result = await withCaller(options, (caller) =>
        caller.call(operations.traces.get, { trace }),
      )
      show(result, options.json, (each) =>
        [
          `${bold(each.trace.name)} ${dim(each.trace.id)} ${each.trace.state}`,
          `  experiment ${each.trace.experiment}, ${when(each.trace.startedAt)}, ${each.trace.duration ?? '?'} ms`,
          ...each.trace.assessments.map(
            (one) => `  ${one.name}: ${one.value} ${dim(`by ${one.by ?? 'unknown'}`)}`,
          ),
          '',
          ...spanText(each.spans),
        ].join('\n'),
      )
    })
}

/** A line a span, under the one that began it. */
function spanText(spans: readonly SpanLine[]): readonly string[] {
  const known = new Map(spans.map((span) => [span.id, span]))
  const depthOf = (span: SpanLine): number => {
    let depth = 0
    let above = known.get(span.parent ?? '')
    while (above !== undefined && depth < 40) {
      depth += 1
      above = known.get(above.parent ?? '')
    }
    return depth
  }
  const childrenOf = Map.groupBy(spans, (span) =>
    known.has(span.parent ?? '') ? (span.parent ?? '') : '',
  )
  const lines: string[] = []
  const waiting = [...(childrenOf.get('') ?? [])].toReversed()
  for (let span = waiting.pop(); span !== undefined; span = waiting.pop()) {
    const took = span.duration === undefined ? '…' : `${span.duration} ms`
    const sign = span.state === 'error' ? red('✗') : green('·')
    const why = span.message === undefined ? '' : ` ${span.message}`
    lines.push(
      `${'  '.repeat(depthOf(span))}${sign} ${span.name} ${dim(`${took} ${span.id}`)}${why}`,
    )
    waiting.push(...(childrenOf.get(span.id) ?? []).toReversed())
  }
  return lines
}

function assess(): Command {
  return baseCommand('assess', 'say what you think of a trace')
    .argument('<trace>')
    .argument('<name>', 'for example: correct')
    .argument('<value>', 'true, false, a number or words')
    .option('--why <text>', 'the reason')
    .option('--expected', 'it is what should have been answered')
    .action(
      async (
        trace: string,
        name: string,
        value: string,
        options: BaseOptions & { why?: string; expected?: boolean },
      ) => {
        const result = await withCaller(options, (caller) =>
          caller.call(operations.traces.assess, {
            trace,
            name,
            value: readValue(value),
            kind: options.expected === true ? 'expectation' : 'feedback',
            ...(options.why === undefined ? {} : { rationale: options.why }),
          }),
        )
        show(result, options.json, (each) => `${green('✓')} ${each.assessment.id}`)
      },
    )
}

function readValue(text: string): boolean | number | string {
  if (text === 'true' || text === 'false') return text === 'true'
  return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text
}

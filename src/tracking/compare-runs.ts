import { isSystemMetric, type Cause, type Run, type RunDifference } from '#contract'
import { changedNumbers, changedTexts } from './changed.ts'

/** Names under which people and libraries record where chance begins. */
const seedName = /(?:^|[._-])(?:seed|random_state|randomstate|random_seed)$/i

/** What two runs themselves record and differ in: metrics, params, seeds, environment. */
export function compareRuns(
  from: Run,
  to: Run,
): Pick<RunDifference, 'from' | 'to' | 'metrics' | 'params' | 'seeds' | 'environment'> {
  const params = changedTexts(from.params, to.params)
  return {
    from: briefOf(from),
    to: briefOf(to),
    metrics: changedNumbers(from.metrics, to.metrics).filter(({ name }) => !isSystemMetric(name)),
    // How it was started says what was given, where nothing finer was recorded.
    params:
      params.length > 0
        ? params.filter(({ name }) => !seedName.test(name))
        : changedTexts({ command: from.source.entry }, { command: to.source.entry }),
    seeds: params.filter(({ name }) => seedName.test(name)),
    environment: changedTexts(from.source.environment ?? {}, to.source.environment ?? {}),
  }
}

function briefOf({ id, name, experiment, startedAt }: Run): RunDifference['from'] {
  return { id, name, experiment, startedAt }
}

/** Packages with their versions, of a list as pip freezes it: comments, options and addresses left out. */
export function readRequirements(text: string): Readonly<Record<string, string>> {
  const pairs = text.split(/\r?\n/).flatMap((line) => {
    const found =
      /^\s*([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?\s*((?:[=<>!~]=?=?)[^;#]*)?(?:[;#].*)?$/.exec(line)
    if (!found?.[1]) return []
    const name = found[1].toLowerCase().replaceAll(/[_.]+/g, '-')
    return [[name, (found[2] ?? '').trim().replace(/^==\s*/, '') || 'any'] as const]
  })
  return Object.fromEntries(pairs)
}

/** Which kinds of things differ, and a sentence for each. */
export function causesOf(
  difference: Omit<RunDifference, 'causes' | 'summary'>,
): Pick<RunDifference, 'causes' | 'summary'> {
  const { code, params, seeds, data, environment, packages } = difference
  const found: (readonly [Cause, string])[] = []
  if (code.from !== code.to || code.files.length > 0) {
    const files = code.files.length
    const short = (commit = 'not recorded'): string => commit.slice(0, 12)
    found.push([
      'code',
      `The code went from ${short(code.from)} to ${short(code.to)}${files === 0 ? '' : `: ${counted(files, 'file')}`}.`,
    ])
  }
  if (params.length > 0)
    found.push(['params', `${counted(params.length, 'parameter')}: ${namesOf(params)}.`])
  if (data.datasets.length + data.files.length > 0) {
    const tables = data.datasets.map(({ name, rows }) =>
      rows
        ? `${name} (${counted(rows.added, 'row')} added, ${rows.removed} removed, ${rows.changed} changed)`
        : name,
    )
    const files = data.files.length === 0 ? [] : [counted(data.files.length, 'tracked file')]
    found.push(['data', `The data: ${[...tables, ...files].join(', ')}.`])
  }
  const around = [...environment, ...packages]
  if (around.length > 0) found.push(['environment', `The environment: ${namesOf(around)}.`])
  if (seeds.length > 0) found.push(['seed', `Where chance begins: ${namesOf(seeds)}.`])
  return {
    causes: found.map(([cause]) => cause),
    summary:
      found.length > 0
        ? found.map(([, sentence]) => sentence)
        : ['Nothing that is recorded differs; what is left is chance, or what nobody recorded.'],
  }
}

const mostNames = 5

function namesOf(list: readonly { readonly name: string }[]): string {
  const names = list.slice(0, mostNames).map((each) => each.name)
  return list.length > mostNames
    ? `${names.join(', ')} and ${list.length - mostNames} more`
    : names.join(', ')
}

function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`
}

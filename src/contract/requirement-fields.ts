import { TidemillError } from './error.ts'
import { MetricName, type Requirement } from './shapes/model.ts'

export type RequirementKind = Requirement['kind']

export interface RequirementField {
  readonly name: string
  readonly type: 'text' | 'number' | 'names' | 'choice'
  readonly about: string
  readonly optional?: true
  readonly choices?: readonly string[]
}

const field = (
  name: string,
  type: RequirementField['type'],
  about: string,
  rest: Partial<RequirementField> = {},
): RequirementField => ({ name, type, about, ...rest })

/** The kinds of requirements with the fields that people fill in, on a page or on the command line. */
export const requirementKinds: Readonly<
  Record<RequirementKind, { readonly about: string; readonly fields: readonly RequirementField[] }>
> = {
  metric: {
    about: 'A metric keeps to bounds',
    fields: [
      field('metric', 'text', 'Any that the run logged'),
      field('min', 'number', 'The least allowed', { optional: true }),
      field('max', 'number', 'The greatest allowed', { optional: true }),
    ],
  },
  latency: {
    about: 'Answers come in time',
    fields: [field('p99Ms', 'number', 'Milliseconds that 99 of 100 single answers may take')],
  },
  schema: { about: 'Inputs are those of the data and the callers', fields: [] },
  mean_row: { about: 'The mean row is answered without an error', fields: [] },
  invariance: {
    about: 'Columns hardly matter',
    fields: [
      field('columns', 'names', 'Their names, apart by commas'),
      field('factor', 'number', 'What their values are multiplied by'),
      field('tolerance', 'number', 'How much the risk may move'),
    ],
  },
  direction: {
    about: 'A column moves the risk one way',
    fields: [
      field('column', 'text', 'The column that is raised'),
      field('delta', 'number', 'By how much'),
      field('expect', 'choice', 'What that never does on average', {
        choices: ['never_lowers', 'never_raises'],
      }),
    ],
  },
  not_worse: {
    about: 'No worse than the champion, on the same rows',
    fields: [
      field('metric', 'choice', 'Measured on rows with their truth', { choices: MetricName.enum }),
      field('margin', 'number', 'How much worse is still accepted'),
    ],
  },
}

export const requirementKindNames = Object.keys(requirementKinds) as readonly RequirementKind[]

type Texts = Readonly<Record<string, string | undefined>>

/** A requirement of what people typed. Errors: `bad_request`, which says which field is wrong. */
export function readRequirement(kind: RequirementKind, texts: Texts): Requirement {
  const { fields } = requirementKinds[kind]
  for (const [name, text] of Object.entries(texts)) {
    if (given(text) && !fields.some((each) => each.name === name)) {
      throw wrong(`A requirement of the kind ${kind} has no ${name}.`)
    }
  }
  const entries = fields.flatMap((each) => {
    const text = texts[each.name]?.trim() ?? ''
    if (text === '' && each.optional) return []
    if (text === '') throw wrong(`A requirement of the kind ${kind} needs ${each.name}.`)
    return [[each.name, valueOf(each, text)] as const]
  })
  const read = { kind, ...Object.fromEntries(entries) } as Requirement
  if (read.kind === 'metric') checkBounds(read)
  return read
}

/** What a requirement has in its fields, as people type it. */
export function requirementTexts(requirement: Requirement): Readonly<Record<string, string>> {
  const { kind: _, ...fields } = requirement
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : String(value),
    ]),
  )
}

function given(text: string | undefined): boolean {
  return text !== undefined && text.trim() !== ''
}

function valueOf({ name, type, choices = [] }: RequirementField, text: string): unknown {
  switch (type) {
    case 'text':
      return text
    case 'names':
      return text
        .split(',')
        .map((each) => each.trim())
        .filter((each) => each !== '')
    case 'choice':
      if (choices.includes(text)) return text
      throw wrong(`${name} is one of ${choices.join(', ')}, not "${text}".`)
    case 'number':
      if (Number.isFinite(Number(text))) return Number(text)
      throw wrong(`${name} is a number, not "${text}".`)
  }
}

function checkBounds({ metric, min, max }: Extract<Requirement, { kind: 'metric' }>): void {
  if (min === undefined && max === undefined) {
    throw wrong(
      `Say the least or the most of ${metric} (min, max): without a bound nothing is asked.`,
    )
  }
  if (min !== undefined && max !== undefined && min > max) {
    throw wrong(`No ${metric} is at least ${min} and at most ${max}.`)
  }
}

function wrong(problem: string): TidemillError {
  return new TidemillError('bad_request', { problem })
}

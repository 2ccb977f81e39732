import type { LabelInput, LabelSchema } from '#tracking'
import { experimentNamedBy } from './default-experiment.ts'
import { nextOf, pageOf } from './experiments.ts'
import { choiceOf, wrong, type Input } from './input.ts'
import type { MlflowRoute } from './route.ts'
import { doubleOf } from './wire.ts'

const path = '3.0/mlflow/label-schemas'

function inputWire(input: LabelInput): object {
  switch (input.kind) {
    case 'pass_fail':
      return { pass_fail: { positive_label: input.positive, negative_label: input.negative } }
    case 'categorical':
      return { categorical: { options: input.options, multi_select: input.isMultiple } }
    case 'numeric':
      return {
        numeric: {
          ...(input.least === undefined ? {} : { min_value: doubleOf(input.least) }),
          ...(input.most === undefined ? {} : { max_value: doubleOf(input.most) }),
        },
      }
    case 'text':
      return { text: input.longest === undefined ? {} : { max_length: input.longest } }
  }
}

function schemaWire(schema: LabelSchema): object {
  return {
    ...{ schema_id: schema.id, experiment_id: schema.experiment, name: schema.name },
    type: schema.type.toUpperCase(),
    ...(schema.instruction === undefined ? {} : { instruction: schema.instruction }),
    ...{ enable_comment: schema.hasComment, input: inputWire(schema.input) },
    ...{ created_at: schema.createdAt, last_updated_at: schema.updatedAt },
    is_default: schema.isUsual,
  }
}

const inputs: Readonly<Record<LabelInput['kind'], (given: Input) => LabelInput>> = {
  pass_fail: (given) => ({
    kind: 'pass_fail',
    positive: given.text('positive_label') ?? '',
    negative: given.text('negative_label') ?? '',
  }),
  categorical: (given) => ({
    kind: 'categorical',
    options: given.texts('options'),
    isMultiple: given.boolean('multi_select') ?? false,
  }),
  numeric(given) {
    const [least, most] = [given.number('min_value'), given.number('max_value')]
    return {
      kind: 'numeric',
      ...(least === undefined ? {} : { least }),
      ...(most === undefined ? {} : { most }),
    }
  },
  text(given) {
    const longest = given.integer('max_length')
    return { kind: 'text', ...(longest === undefined ? {} : { longest }) }
  },
}

function answerOf(input: Input): LabelInput {
  const given = input.object('input')
  const [own, ...others] = Object.entries(inputs).flatMap(([kind, read]) => {
    const each = given?.object(kind)
    return each ? [read(each)] : []
  })
  if (own && others.length === 0) return own
  throw wrong('input', input.raw('input'), `one of ${Object.keys(inputs).join(', ')}`)
}

/** What is given of it, whether or not it is there already. */
function changeOf(input: Input) {
  const [instruction, hasComment] = [input.text('instruction'), input.boolean('enable_comment')]
  return {
    ...(instruction === undefined ? {} : { instruction }),
    ...(hasComment === undefined ? {} : { hasComment }),
  }
}

const read = { permission: 'tracking:read' } as const
const write = { permission: 'tracking:write' } as const

/** What people are asked about traces. */
export const labelSchemaRoutes: readonly MlflowRoute[] = [
  {
    ...{ method: 'POST', path: `${path}/create`, ...write },
    async run({ rooms, input }) {
      const experiment = await experimentNamedBy(rooms, input.need('experiment_id'))
      const made = await rooms.tracking.createLabelSchema({
        ...{ experiment, name: input.need('name') },
        type: choiceOf(input, 'type', ['feedback', 'expectation']),
        ...{ hasComment: false, ...changeOf(input), input: answerOf(input) },
      })
      return { label_schema: schemaWire(made) }
    },
  },
  {
    ...{ method: 'GET', path: `${path}/get`, ...read },
    run: async ({ rooms, input }) => ({
      label_schema: schemaWire(await rooms.tracking.labelSchema(input.need('schema_id'))),
    }),
  },
  {
    ...{ method: 'GET', path: `${path}/get-by-name`, ...read },
    async run({ rooms, input }) {
      const experiment = await experimentNamedBy(rooms, input.need('experiment_id'))
      const found = await rooms.tracking.labelSchemaNamed(experiment, input.need('name'))
      return { label_schema: schemaWire(found) }
    },
  },
  {
    ...{ method: 'GET', path: `${path}/list`, ...read },
    async run({ rooms, input }) {
      const experiment = await experimentNamedBy(rooms, input.need('experiment_id'))
      const page = pageOf(input, 100)
      const { items, next } = await rooms.tracking.labelSchemas(experiment, page)
      return { label_schemas: items.map(schemaWire), ...nextOf(next) }
    },
  },
  {
    ...{ method: 'PATCH', path: `${path}/update`, ...write },
    async run({ rooms, input }) {
      const name = input.text('name')
      const changed = await rooms.tracking.changeLabelSchema(input.need('schema_id'), {
        ...(name === undefined ? {} : { name }),
        ...changeOf(input),
        ...(input.object('input') ? { input: answerOf(input) } : {}),
      })
      return { label_schema: schemaWire(changed) }
    },
  },
  {
    ...{ method: 'DELETE', path: `${path}/delete`, ...write },
    async run({ rooms, input }) {
      await rooms.tracking.removeLabelSchema(input.need('schema_id'))
      return {}
    },
  },
]

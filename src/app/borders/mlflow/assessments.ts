import { judgedText, type Assessment } from '#tracking'
import { isJson } from '../../json.ts'
import { missing, type Input } from './input.ts'
import { shortText } from './limits.ts'
import type { MlflowRoute } from './route.ts'

const path = '3.0/mlflow/traces'

export function assessmentWire({ id, trace, body, createdAt, updatedAt }: Assessment): object {
  return {
    valid: true,
    ...body,
    assessment_id: id,
    trace_id: trace,
    create_time: new Date(createdAt).toISOString(),
    last_update_time: new Date(updatedAt).toISOString(),
  }
}

type Given = Pick<Assessment, 'name' | 'kind' | 'value' | 'body'> &
  Partial<Pick<Assessment, 'id' | 'createdAt' | 'updatedAt'>>

/** What was judged elsewhere before keeps its name and times. */
export function assessmentOf(given: Input | undefined, body: unknown): Given {
  if (!given || !isJson(body)) throw missing('assessment')
  const kind = (['feedback', 'expectation', 'issue'] as const).find((each) => given.object(each))
  if (!kind) throw missing('assessment.feedback')
  const value = given.object(kind)?.raw('value')
  const id = given.text('assessment_id') ?? ''
  const [createdAt, updatedAt] = [timeOf(given, 'create_time'), timeOf(given, 'last_update_time')]
  return {
    ...{ name: assessmentName(given), kind, value: judgedText(value), body },
    ...(/^a-[\w-]{1,62}$/.test(id) ? { id } : {}),
    ...(createdAt === undefined ? {} : { createdAt }),
    ...(updatedAt === undefined ? {} : { updatedAt }),
  }
}

function timeOf(given: Input, name: string): number | undefined {
  const time = Date.parse(given.text(name) ?? '')
  return Number.isNaN(time) ? undefined : time
}

function assessmentName(given: Input): string {
  const name = shortText(given, 'assessment_name', 250) ?? ''
  if (name === '') throw missing('assessment_name')
  return name
}

export const assessmentRoutes: readonly MlflowRoute[] = [
  {
    method: 'POST',
    path: `${path}/:trace_id/assessments`,
    permission: 'tracking:write',
    async run({ rooms, input }) {
      const trace = input.need('trace_id')
      const made = await rooms.tracking.addAssessment({
        trace,
        ...assessmentOf(input.object('assessment'), input.raw('assessment')),
      })
      return { assessment: assessmentWire(made) }
    },
  },
  {
    method: 'GET',
    path: `${path}/:trace_id/assessments/:assessment_id`,
    permission: 'tracking:read',
    run: async ({ rooms, input }) => ({
      assessment: assessmentWire(
        await rooms.tracking.assessment(input.need('trace_id'), input.need('assessment_id')),
      ),
    }),
  },
  {
    method: 'PATCH',
    path: `${path}/:trace_id/assessments/:assessment_id`,
    permission: 'tracking:write',
    async run({ rooms, input }) {
      const [trace, id] = [input.need('trace_id'), input.need('assessment_id')]
      const before = await rooms.tracking.assessment(trace, id)
      const given = input.raw('assessment')
      if (!isJson(given)) throw missing('assessment')
      const { source, span_id, overrides, valid } = before.body
      const body: Assessment['body'] = {
        ...before.body,
        ...given,
        source,
        span_id,
        overrides,
        valid,
      }
      const value = isJson(body[before.kind])
        ? (body[before.kind] as Readonly<Record<string, unknown>>).value
        : undefined
      const changed = await rooms.tracking.changeAssessment(trace, id, {
        name: String(body.assessment_name ?? before.name),
        value: judgedText(value),
        body,
      })
      return { assessment: assessmentWire(changed) }
    },
  },
  {
    method: 'DELETE',
    path: `${path}/:trace_id/assessments/:assessment_id`,
    permission: 'tracking:write',
    async run({ rooms, input }) {
      await rooms.tracking.removeAssessment(input.need('trace_id'), input.need('assessment_id'))
      return {}
    },
  },
]

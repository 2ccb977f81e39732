import type { Assessment } from '#tracking'
import { isFields, missing, type Input } from './input.ts'
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

function assessmentOf(input: Input): Pick<Assessment, 'name' | 'kind' | 'value' | 'body'> {
  const body = input.raw('assessment')
  const given = input.object('assessment')
  if (!given || !isFields(body)) throw missing('assessment')
  const kind = (['feedback', 'expectation', 'issue'] as const).find((each) => given.object(each))
  if (!kind) throw missing('assessment.feedback')
  const value = given.object(kind)?.raw('value')
  const shown = typeof value === 'string' ? value : JSON.stringify(value ?? null)
  return { name: assessmentName(given), kind, value: shown, body }
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
      const made = await rooms.tracking.addAssessment({ trace, ...assessmentOf(input) })
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
      if (!isFields(given)) throw missing('assessment')
      const { source, span_id, overrides, valid } = before.body
      const body: Assessment['body'] = {
        ...before.body,
        ...given,
        source,
        span_id,
        overrides,
        valid,
      }
      const value = isFields(body[before.kind])
        ? (body[before.kind] as Readonly<Record<string, unknown>>).value
        : undefined
      const changed = await rooms.tracking.changeAssessment(trace, id, {
        name: String(body.assessment_name ?? before.name),
        value: typeof value === 'string' ? value : JSON.stringify(value ?? null),
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

import { issueSeverities, issueStatuses, type Issue, type IssueChange } from '#tracking'
import { limitOf, nextOf, searchOf } from './experiments.ts'
import { missing, wrong, type Input } from './input.ts'
import type { MlflowRoute } from './route.ts'

const path = '3.0/mlflow/issues'

function issueWire(issue: Issue): object {
  return {
    ...{ issue_id: issue.id, experiment_id: issue.experiment, name: issue.name },
    ...{ description: issue.description, status: issue.status },
    ...(issue.severity === undefined ? {} : { severity: issue.severity }),
    ...{ root_causes: issue.causes, categories: issue.categories },
    ...(issue.run === undefined ? {} : { source_run_id: issue.run }),
    ...{ created_timestamp: issue.createdAt, last_updated_timestamp: issue.updatedAt },
    ...(issue.createdBy === undefined ? {} : { created_by: issue.createdBy }),
    ...(issue.traces === undefined ? {} : { trace_count: issue.traces }),
  }
}

/** A text that is not empty. */
function said(input: Input, name: string): string | undefined {
  const text = input.text(name) ?? ''
  return text === '' ? undefined : text
}

function required(input: Input, name: string): string {
  const text = said(input, name)
  if (text === undefined) throw missing(name)
  return text
}

function oneOf<T extends string>(input: Input, name: string, all: readonly T[]): T | undefined {
  const text = said(input, name)
  const known = all.find((each) => each === text)
  if (known === undefined && text !== undefined) throw wrong(name, text, all.join(', '))
  return known
}

function changeOf(input: Input): IssueChange {
  const [name, description] = [said(input, 'name'), said(input, 'description')]
  const status = oneOf(input, 'status', issueStatuses)
  const severity = oneOf(input, 'severity', issueSeverities)
  return {
    ...(name === undefined ? {} : { name }),
    ...(description === undefined ? {} : { description }),
    ...(status === undefined ? {} : { status }),
    ...(severity === undefined ? {} : { severity }),
  }
}

/** What MLflow's clients find wrong in traces. */
export const issueRoutes: readonly MlflowRoute[] = [
  {
    method: 'POST',
    path,
    permission: 'tracking:write',
    async run({ rooms, input }) {
      const { status = 'pending', severity } = changeOf(input)
      const [name, description] = [required(input, 'name'), required(input, 'description')]
      const { id } = await rooms.tracking.experiment(required(input, 'experiment_id'))
      const [run, createdBy] = [said(input, 'source_run_id'), said(input, 'created_by')]
      if (run !== undefined) await rooms.tracking.run(run)
      const made = await rooms.tracking.createIssue({
        ...{ experiment: id, name, description, status },
        ...(severity === undefined ? {} : { severity }),
        ...{ causes: input.texts('root_causes'), categories: input.texts('categories') },
        ...(run === undefined ? {} : { run }),
        ...(createdBy === undefined ? {} : { createdBy }),
      })
      return { issue: issueWire(made) }
    },
  },
  {
    method: 'POST',
    path: `${path}/search`,
    permission: 'tracking:read',
    async run({ rooms, input }) {
      const { filter, cursor } = searchOf(input)
      const experiment = said(input, 'experiment_id')
      const { items, next } = await rooms.tracking.searchIssues({
        filter,
        limit: limitOf(input, 100, 50_000),
        countTraces: input.boolean('include_trace_count') ?? false,
        ...(experiment === undefined ? {} : { experiments: [experiment] }),
        ...(cursor === undefined ? {} : { cursor }),
      })
      return { issues: items.map(issueWire), ...nextOf(next) }
    },
  },
  {
    method: 'GET',
    path: `${path}/:issue_id`,
    permission: 'tracking:read',
    run: async ({ rooms, input }) => ({
      issue: issueWire(await rooms.tracking.issue(input.need('issue_id'))),
    }),
  },
  {
    method: 'PATCH',
    path: `${path}/:issue_id`,
    permission: 'tracking:write',
    run: async ({ rooms, input }) => ({
      issue: issueWire(await rooms.tracking.changeIssue(input.need('issue_id'), changeOf(input))),
    }),
  },
]

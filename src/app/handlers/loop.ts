import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { operations, TidemillError, type Decision, type Declaration } from '#contract'
import { readDeclaration } from '#operations'
import { implement, implementEvents, type Context } from '../handler.ts'
import { jobRecord } from '../job-record.ts'
import type { Rooms } from '../rooms.ts'
import { applyDeclaration, planDeclaration } from '../steps/apply-declaration.ts'
import { weakensGuards } from '../steps/apply-model.ts'
import { decidePolicy } from '../steps/decide-policy.ts'
import { loopView } from '../steps/loop-view.ts'

const { loop, jobs } = operations

export const loopHandlers = [
  implement(loop.get, async (_, { rooms }) => ({ loops: [...(await loopView(rooms))] })),

  implement(loop.plan, async (input, context) => ({
    changes: [...(await planDeclaration(context.rooms, await declarationOf(input, context)))],
  })),

  implement(loop.apply, async (input, context) => {
    const { rooms, app, identity, who } = context
    const declared = await declarationOf(input, context)
    if (await weakensGuards(rooms, await planDeclaration(rooms, declared), declared)) {
      app.auth.authorize(identity, 'models:guard', rooms.project)
    }
    const changes = await applyDeclaration(rooms, declared, who)
    await app.auth.audit.record({
      who,
      what: 'loop.apply',
      object: input.file ?? 'tidemill.yaml',
      detail: `${changes.length} things`,
    })
    for (const change of changes) app.events.emit(`${change.kind}s`, change.name)
    return { changes: [...changes] }
  }),

  implement(loop.policies, async (_, { rooms }) => {
    const declared = await rooms.applied.read()
    const named = await asNamedNow(rooms)
    return {
      policies: await Promise.all(
        Object.entries(declared.policies ?? {}).map(async ([name, policy]) => {
          const [last] = await rooms.decisions.list(name, 1)
          return {
            name,
            model: policy.model,
            on: policy.on.map(triggerText),
            ...(last ? { last: named(last) } : {}),
          }
        }),
      ),
    }
  }),

  implement(loop.decisions, async ({ name }, { rooms }) => {
    const named = await asNamedNow(rooms)
    return { decisions: (await rooms.decisions.list(name)).map(named) }
  }),

  implement(loop.decide, async ({ name, force }, { rooms, app }) => {
    const decision = await decidePolicy(rooms, name, force)
    app.events.emit('policies', name)
    return { decision }
  }),

  implement(jobs.list, async ({ kind }, { rooms }) => ({
    jobs: (await rooms.jobs.list({ limit: 200, ...(kind === undefined ? {} : { kind }) })).map(
      jobRecord,
    ),
  })),

  implement(jobs.get, async ({ id }, { rooms }) => {
    const job = await rooms.jobs.get(id)
    if (!job) throw new TidemillError('not_found', { kind: 'job', name: id })
    return { job: jobRecord(job) }
  }),

  implement(jobs.cancel, async ({ id }, { rooms, app }) => {
    const job = await rooms.jobs.cancel(id)
    app.events.emit('jobs', id)
    return { job: jobRecord(job) }
  }),

  implement(jobs.retry, async ({ id }, { rooms, app }) => {
    const job = await rooms.jobs.retry(id)
    app.events.emit('jobs', id)
    return { job: jobRecord(job) }
  }),

  implementEvents(jobs.events, (_, { app, signal }) => app.events.listen(signal)),
]

/** The text that was sent, or the file in the workspace. */
async function declarationOf(
  { text, file = 'tidemill.yaml' }: { text?: string; file?: string },
  { rooms }: Context,
): Promise<Declaration> {
  if (text !== undefined) return readDeclaration(text, file)
  const path = join(rooms.workspace, 'tidemill.yaml')
  const own = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new TidemillError('not_found', { kind: 'declaration', name: path }, cause)
  })
  return readDeclaration(own, 'tidemill.yaml')
}

function triggerText(trigger: NonNullable<Declaration['policies']>[string]['on'][number]): string {
  if ('alarm' in trigger) return `alarm of ${trigger.alarm}`
  if ('newRows' in trigger) return `${trigger.newRows} new rows`
  return `schedule ${trigger.schedule}`
}

/** A model may have had another name when it was decided on. */
async function asNamedNow(rooms: Rooms): Promise<(decision: Decision) => Decision> {
  const nameNow = await rooms.registry.presentNames()
  return (decision) => ({ ...decision, model: nameNow(decision.model, decision.time) })
}

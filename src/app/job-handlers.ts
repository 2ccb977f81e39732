import { localIdentity } from '#auth'
import { callOut } from '#http'
import { alertOf } from '#monitoring'
import type { JobContext, JobHandler } from '#store'
import type { ProjectApp } from './app.ts'
import type { NamedAttribution } from './attribution/workspace-attribution.ts'
import type { Rooms } from './rooms.ts'
import { deliver, type Delivery } from './steps/deliver-webhook.ts'
import type { ServeScript } from './steps/mlflow-rerun.ts'

type JobHandlers = Readonly<Record<string, JobHandler>>

/** Serves the home to the script of somebody's alone, for what they do in a project. */
export type Serve = (who: string, project: string) => ReturnType<ServeScript>

/** A run that is to be made again. */
export interface RerunJob {
  readonly run: string
  readonly ignoreUncommitted: boolean
  readonly unmarked: boolean
  readonly arguments?: readonly string[]
  /** Who asked for it. */
  readonly who: string
}

/**
 * What the machine works at for as long as it takes, one after the other. What a job needs is loaded by the first of its kind; most
 * servers never see most of them.
 */
export function workHandlers(app: ProjectApp, rooms: Rooms, serve: Serve): JobHandlers {
  return {
    retrain: async (context) => {
      const { decision } = context.job.payload as { decision: string }
      const { retrain } = await import('./steps/retrain.ts')
      const done = await retrain(rooms, decision, progressOf(app, context))
      app.events.emit('policies', done.policy)
      app.events.emit('models', done.model)
      return { state: done.state, outcome: done.outcome }
    },
    repro: async (context) => {
      const { targets, force, downstream } = context.job.payload as {
        targets?: readonly string[]
        force?: boolean
        downstream?: boolean
      }
      const progress = progressOf(app, context)
      const { reproduce } = await import('./steps/reproduce.ts')
      app.live.begin(rooms.project)
      const summary = await reproduce(rooms, {
        signal: context.signal,
        force: force ?? false,
        downstream: downstream ?? false,
        ...(targets === undefined || targets.length === 0 ? { all: true } : { targets }),
        onEvent: (event) => {
          app.live.note(rooms.project, event)
          if (event.type !== 'output') app.events.emit('pipeline', event.stage)
        },
        onStage: (done, total, stage) =>
          void progress.progress(done, total, stage).catch(() => undefined),
      })
      app.events.emit('runs', '*')
      return summary
    },
    attribute: async (context) => {
      const progress = progressOf(app, context)
      const { stageEnvironment } = await import('#pipeline')
      const { attributeNamed } = await import('./attribution/workspace-attribution.ts')
      const { id } = await attributeNamed(
        rooms,
        rooms.workspace,
        context.job.payload as NamedAttribution,
        {
          env: stageEnvironment(rooms),
          signal: context.signal,
          onProgress: (done, total, message) =>
            void progress.progress(done, total, message).catch(() => undefined),
        },
      )
      app.events.emit('pipeline', id)
      return { attribution: id }
    },
    rerun: async (context) => {
      const { run, who, ...choice } = context.job.payload as RerunJob
      const progress = progressOf(app, context)
      const { rerun } = await import('./steps/rerun.ts')
      const made = await rerun(rooms, run, {
        ...choice,
        serve: (project) => serve(who, project),
        signal: context.signal,
        onProgress: (done, total, message) =>
          void progress.progress(done, total, message).catch(() => undefined),
      })
      app.events.emit('runs', made.run)
      return made
    },
    retention: async (context) => {
      const rules = await rooms.tracking.retentionRules()
      const progress = progressOf(app, context)
      const { applyRetention } = await import('./steps/apply-retention.ts')
      const { effects, bytes } = await applyRetention(rooms, rules, {
        dry: false,
        onProgress: (done, total, message) =>
          void progress.progress(done, total, message).catch(() => undefined),
        async onEffect({ name, hides, purges }) {
          if (hides + purges === 0) return
          const detail = `${hides} hidden, ${purges} ended`
          const done = { who: 'retention', what: 'retention.apply', object: name, detail }
          await app.auth.audit.record(done)
        },
      })
      app.events.emit('runs', '*')
      return { bytes, effects: effects.map(({ name, hides, purges }) => ({ name, hides, purges })) }
    },
  }
}

/** Experiments that wait. They run in work trees of their own, so that a sweep of a night holds up nothing else. */
export function experimentHandlers(app: ProjectApp, rooms: Rooms): JobHandlers {
  return {
    experiments: async (context) => {
      const { jobs = 1 } = context.job.payload as { jobs?: number }
      const progress = progressOf(app, context)
      const { workExperiments } = await import('./steps/work-experiments.ts')
      const { localCaller } = await import('./local-caller.ts')
      const caller = localCaller(app, rooms.project, localIdentity())
      const ended = await workExperiments(rooms, caller, {
        jobs,
        signal: context.signal,
        // a person's wish ends what runs; a server that ends, or is thought dead, leaves it to the next
        givesBack: () => context.abortReason() !== 'cancelled',
        onChange: ({ name, state }, done, total) => {
          app.events.emit('pipeline', name)
          void progress.progress(done, total, `${name}: ${state}`).catch(() => undefined)
        },
      })
      app.events.emit('runs', '*')
      // A server that is told to end has not worked off the queue: the next one goes on.
      context.signal.throwIfAborted()
      return ended
    },
  }
}

/** What is told to others. It waits for nobody's training. */
export function webhookHandlers(app: ProjectApp, rooms: Rooms): JobHandlers {
  return {
    'mlflow-webhook': async ({ job }) => {
      const delivery = job.payload as Delivery
      const webhook = (await rooms.webhooks.list()).find(({ id }) => id === delivery.webhook)
      if (!webhook?.isActive) return { skipped: 'the webhook is gone or disabled' }
      const status = await deliver(rooms, webhook, delivery, {
        allowPrivate: app.config.webhooks?.allowPrivate ?? false,
      })
      if (status >= 300) throw new Error(`${webhook.url} answered ${status}`)
      return { status }
    },
    webhook: async ({ job }) => {
      const { alarm: id, url } = job.payload as { alarm: string; url: string }
      const alarm = (await rooms.monitoring.alarms()).find((each) => each.id === id)
      if (!alarm) return { skipped: 'the alarm is gone' }
      const headers = { 'content-type': 'application/json' }
      const status = await callOut(
        { url, headers, body: JSON.stringify(alertOf(alarm)) },
        { allowPrivate: app.config.webhooks?.allowPrivate ?? false },
      )
      await rooms.monitoring.delivered(id, {
        url,
        status,
        attempts: job.attempt,
        time: rooms.clock.now(),
      })
      if (status >= 300) throw new Error(`${url} answered ${status}`)
      return { status }
    },
  }
}

function progressOf(app: ProjectApp, context: JobContext) {
  return {
    signal: context.signal,
    async progress(done: number, total: number, message: string): Promise<void> {
      await context.progress(done, total, message)
      app.events.emit('jobs', context.job.id)
    },
  }
}

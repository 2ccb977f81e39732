import type { JobContext } from '#store'
import type { App } from './app.ts'
import { callOut } from '#http'
import { alertOf } from '#monitoring'
import type { NamedAttribution } from './attribution/workspace-attribution.ts'
import type { Rooms } from './rooms.ts'
import { deliver, type Delivery } from './steps/deliver-webhook.ts'

type Serve = () => Promise<{ readonly url: string; stop(): Promise<void> }>

const lookEveryMs = 2_000
const retentionEveryMs = 3_600_000

/** What goes on without anybody asking: jobs, windows that are full, policies, and aliases that another process moved. */
export function startBackground(app: App, serve: Serve): { stop(): Promise<void> } {
  const stopping = new AbortController()
  const workers = new Map<string, { stop(): Promise<void> }>()

  async function turn(): Promise<void> {
    for (const rooms of await app.opened()) {
      if (!workers.has(rooms.project)) workers.set(rooms.project, startWorker(app, rooms, serve))
      await quietly(() => rooms.serving.refresh())
      await quietly(() => lookAtFullWindows(app, rooms))
      await quietly(() => askPolicies(app, rooms))
      await quietly(() => askRetention(rooms))
    }
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      await turn()
      await app.clock.sleep(lookEveryMs, stopping.signal).catch(() => undefined)
    }
  }

  const running = run()
  return {
    async stop() {
      stopping.abort()
      await running
      await Promise.all([...workers.values()].map((worker) => worker.stop()))
    },
  }
}

/** A turn that fails is tried again at the next; what failed is told where it belongs (a job, an endpoint's problem). */
async function quietly(work: () => Promise<void>): Promise<void> {
  await work().catch(() => undefined)
}

/** What a job needs is loaded by the first of its kind; most servers never see most of them. */
function startWorker(app: App, rooms: Rooms, serve: Serve): { stop(): Promise<void> } {
  return rooms.jobs.work({
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
      const { run, ignoreUncommitted } = context.job.payload as {
        run: string
        ignoreUncommitted: boolean
      }
      const progress = progressOf(app, context)
      const { rerun } = await import('./steps/rerun.ts')
      const made = await rerun(rooms, run, {
        serve,
        ignoreUncommitted,
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
      })
      for (const { name, hides, purges } of effects) {
        if (hides + purges === 0) continue
        const detail = `${hides} hidden, ${purges} ended`
        await app.auth.audit.record({
          who: 'retention',
          what: 'retention.apply',
          object: name,
          detail,
        })
      }
      app.events.emit('runs', '*')
      return { bytes, effects: effects.map(({ name, hides, purges }) => ({ name, hides, purges })) }
    },
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
  })
}

function progressOf(app: App, context: JobContext) {
  return {
    signal: context.signal,
    async progress(done: number, total: number, message: string): Promise<void> {
      await context.progress(done, total, message)
      app.events.emit('jobs', context.job.id)
    },
  }
}

async function lookAtFullWindows(app: App, rooms: Rooms): Promise<void> {
  for (const monitor of await rooms.monitoring.monitors()) {
    const waiting = await rooms.serving.log.countAfter(monitor.endpoint, monitor.seen)
    if (waiting < monitor.windowRows) continue
    const { runMonitor } = await import('./steps/run-monitor.ts')
    await runMonitor(rooms, monitor.name)
    app.events.emit('monitors', monitor.name)
  }
}

/** Once an hour for all servers of a database: a second job of the kind is the first one. */
async function askRetention(rooms: Rooms): Promise<void> {
  const due = rooms.clock.now() - retentionEveryMs
  const rules = await rooms.tracking.retentionRules()
  if (!rules.some(({ appliedAt = 0 }) => appliedAt <= due)) return
  await rooms.jobs.add({ kind: 'retention', key: 'retention', payload: {} })
}

/** Decisions are recorded when they are asked for, so a policy is asked only when something has happened since. */
async function askPolicies(app: App, rooms: Rooms): Promise<void> {
  const declared = await rooms.applied.read()
  const open = (await rooms.monitoring.alarms({ state: 'open' })).map((alarm) => alarm.openedAt)
  for (const [name, policy] of Object.entries(declared.policies ?? {})) {
    const [last] = await rooms.decisions.list(name, 1)
    const newestAlarm = Math.max(0, ...open)
    const scheduled = policy.on.some((trigger) => 'schedule' in trigger)
    if (!(newestAlarm > (last?.time ?? 0)) && !scheduled) continue
    const { decidePolicy } = await import('./steps/decide-policy.ts')
    const decision = await decidePolicy(rooms, name)
    if (decision.due) app.events.emit('policies', name)
  }
}

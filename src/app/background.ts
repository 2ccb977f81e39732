import type { StoredMonitor } from '#monitoring'
import type { JobWorker } from '#store'
import { inProject, type App, type ProjectApp } from './app.ts'
import { experimentHandlers, webhookHandlers, workHandlers, type Serve } from './job-handlers.ts'
import type { Rooms } from './rooms.ts'
import { tellOnce, type Attempt, type Warn } from './tell-once.ts'
import { watchPipeline } from './watch-pipeline.ts'

const lookEveryMs = 2_000
/** Between two looks of a monitor that fails: each may read the reference data anew. */
const longestPauseMs = 300_000
const retentionEveryMs = 3_600_000
/** What still works then is told to end; its jobs wait for the next start without having lost an attempt. */
const graceMs = 3_000

interface Failure {
  readonly problem: string
  readonly afterMs: number
  readonly again: number
}

/** What goes on without anybody asking: jobs, windows that are full, policies, and aliases that another process moved. */
export function startBackground(app: App, serve: Serve, warn: Warn): { stop(): Promise<void> } {
  const stopping = new AbortController()
  const workers = new Map<string, readonly JobWorker[]>()
  const attempt = tellOnce(warn)
  const failures = new Map<string, Failure>()

  async function turn(): Promise<void> {
    for (const rooms of app.opened()) {
      const { project } = rooms
      const own = inProject(app, project)
      if (!workers.has(project)) workers.set(project, startWorkers(own, rooms, serve))
      await attempt(`endpoints of ${project}`, () => rooms.serving.refresh())
      await attempt(`monitors of ${project}`, () =>
        lookAtFullWindows(own, rooms, attempt, failures),
      )
      await attempt(`policies of ${project}`, () => askPolicies(own, rooms, attempt))
      await attempt(`retention of ${project}`, () => askRetention(rooms))
    }
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      await attempt('the turn', turn)
      await app.clock.sleep(lookEveryMs, stopping.signal).catch(() => undefined)
    }
  }

  const running = [run(), watchPipeline(app, stopping.signal)]
  return {
    async stop() {
      stopping.abort()
      await Promise.all(running)
      await Promise.all([...workers.values()].flat().map((worker) => worker.stop({ graceMs })))
    },
  }
}

function startWorkers(app: ProjectApp, rooms: Rooms, serve: Serve): readonly JobWorker[] {
  return [
    rooms.jobs.work(workHandlers(app, rooms, serve)),
    rooms.jobs.work(experimentHandlers(app, rooms)),
    rooms.jobs.work(webhookHandlers(app, rooms)),
  ]
}

async function lookAtFullWindows(
  app: ProjectApp,
  rooms: Rooms,
  attempt: Attempt,
  failures: Map<string, Failure>,
): Promise<void> {
  for (const monitor of await rooms.monitoring.monitors()) {
    const what = `monitor ${monitor.name} of ${rooms.project}`
    const before = failures.get(what)
    if (before && before.again > rooms.clock.now()) continue
    await attempt(what, async () => {
      const waiting = await rooms.serving.log.countAfter(monitor.endpoint, monitor.seen)
      if (waiting < monitor.windowRows) return
      try {
        const { runMonitor } = await import('./steps/run-monitor.ts')
        await runMonitor(rooms, monitor.name).catch((error: unknown) =>
          doneByAnother(rooms, monitor, error),
        )
        failures.delete(what)
        app.events.emit('monitors', monitor.name)
      } catch (error) {
        const problem = error instanceof Error ? error.message : String(error)
        const afterMs = Math.min(longestPauseMs, 2 * (before?.afterMs ?? lookEveryMs))
        failures.set(what, { problem, afterMs, again: rooms.clock.now() + afterMs })
        rooms.monitoring.note(monitor.name, problem)
        if (before?.problem !== problem) app.events.emit('monitors', monitor.name)
        throw error
      }
    })
  }
}

/** Another server, or somebody by hand, may have looked at the window since the monitor was read; no other error is passed over. */
async function doneByAnother(
  { monitoring }: Rooms,
  { name, seen }: StoredMonitor,
  error: unknown,
): Promise<void> {
  const now = (await monitoring.monitors()).find((each) => each.name === name)
  if (!now || now.seen === seen) throw error
  monitoring.note(name, undefined)
}

/**
 * Once an hour for all servers of a database: a second job of the kind is the first one. What fails, or is cancelled, waits for the
 * next hour too, unless a rule was changed since.
 */
async function askRetention(rooms: Rooms): Promise<void> {
  const due = rooms.clock.now() - retentionEveryMs
  const rules = (await rooms.tracking.retentionRules()).filter(
    ({ appliedAt = 0 }) => appliedAt <= due,
  )
  if (rules.length === 0) return
  const [last] = await rooms.jobs.list({ kind: 'retention', limit: 1 })
  const isRecent = last !== undefined && last.state !== 'done' && (last.endedAt ?? 0) > due
  if (isRecent && rules.every(({ changedAt }) => changedAt <= last.createdAt)) return
  await rooms.jobs.add({ kind: 'retention', key: 'retention', payload: {} })
}

/** A decision is recorded when it is due, and when what it looks at has changed. */
async function askPolicies(app: ProjectApp, rooms: Rooms, attempt: Attempt): Promise<void> {
  const names = Object.keys((await rooms.applied.read()).policies ?? {})
  if (names.length === 0) return
  const { askPolicy, settleDecisions } = await import('./steps/decide-policy.ts')
  for (const name of await settleDecisions(rooms)) app.events.emit('policies', name)
  for (const name of names) {
    await attempt(`policy ${name} of ${rooms.project}`, async () => {
      if (await askPolicy(rooms, name)) app.events.emit('policies', name)
    })
  }
}

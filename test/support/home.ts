import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { initProject, openApp, startServer, type App, type RunningServer } from '#app'
import { localCaller, localIdentity } from '#app'
import type { Caller } from '#contract'

/** A folder of the test's own, gone when the test is over. */
export async function temporaryFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tidemill-test-'))
  t.after(() => rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 }))
  return folder
}

export interface OpenedProject {
  readonly dir: string
  readonly app: App
  readonly caller: Caller
}

/** An example's project with its home opened in this process. */
export async function openedProject(t: TestContext, template = 'diabetes'): Promise<OpenedProject> {
  const dir = await temporaryFolder(t)
  await initProject({ dir, template })
  const project = await openProject(dir)
  t.after(() => project.app.close())
  return project
}

/** A project in a folder with its home opened in this process, which is the caller's to close. */
export async function openProject(dir: string): Promise<OpenedProject> {
  const app = await openApp({ home: join(dir, '.tidemill'), workspace: dir })
  return { dir, app, caller: localCaller(app, 'default', localIdentity()) }
}

/** A server over a home of its own on a free port. */
export async function runningServer(
  t: TestContext,
  options: { readonly dir?: string; readonly host?: string } = {},
): Promise<RunningServer> {
  const dir = options.dir ?? (await temporaryFolder(t))
  const server = await startServer({
    home: join(dir, '.tidemill'),
    workspace: dir,
    host: options.host ?? '127.0.0.1',
    port: 0,
    logLevel: 'silent',
  })
  t.after(() => server.stop())
  return server
}

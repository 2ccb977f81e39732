import { rmSync } from 'node:fs'
import { cp, mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { initProject } from '#app'
import { operations } from '#contract'
import { reproduce } from '../../src/app/steps/reproduce.ts'
import { openProject, temporaryFolder, type OpenedProject } from './home.ts'

let made: Promise<string> | undefined

/** The diabetes example with a model that was trained, is champion and answers; a copy for each test of what is made once a process. */
export async function answeringProject(t: TestContext): Promise<OpenedProject> {
  const dir = await temporaryFolder(t)
  await cp(await (made ??= make()), dir, { recursive: true })
  const project = await openProject(dir)
  t.after(() => project.app.close())
  return project
}

async function make(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'tidemill-test-'))
  process.once('exit', () => rmSync(dir, { recursive: true, force: true }))
  await initProject({ dir, template: 'diabetes' })
  const { app, caller } = await openProject(dir)
  await caller.call(operations.loop.apply, { text: await readFile(`${dir}/tidemill.yaml`, 'utf8') })
  await reproduce(await app.project('default'), { targets: ['train_and_evaluate@5'] })
  await caller.call(operations.models.best, { name: 'KNNforDiabetes' })
  await app.close()
  return dir
}

import type { Rerun } from '#contract'
import type { ReproResult } from '#pipeline'
import { openApp } from './app.ts'
import { rerun, type RerunOptions } from './steps/rerun.ts'
import { reproduce, stageEnvironment, type ReproduceRequest } from './steps/reproduce.ts'

/** Brings the pipeline of a home's workspace up to date. */
export async function workspaceRepro(
  home: string,
  project: string,
  request: ReproduceRequest & { readonly workspace?: string },
): Promise<ReproResult> {
  const { workspace, ...rest } = request
  const app = await openApp({ home, ...(workspace === undefined ? {} : { workspace }) })
  try {
    return await reproduce(await app.project(project), rest)
  } finally {
    await app.close()
  }
}

/** Makes a run of a home again. */
export async function workspaceRerun(
  home: string,
  project: string,
  run: string,
  options: RerunOptions,
): Promise<Rerun> {
  const app = await openApp({ home })
  try {
    return await rerun(await app.project(project), run, options)
  } finally {
    await app.close()
  }
}

/** What the commands of stages find in their environment when they run outside a home's own `repro`. */
export function workspaceEnvironment(
  home: string,
  project: string,
): Readonly<Record<string, string | undefined>> {
  return stageEnvironment({ home, project })
}

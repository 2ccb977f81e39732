import type { ReproResult } from '#pipeline'
import { openApp } from './app.ts'
import { reproduce, type ReproduceRequest } from './steps/reproduce.ts'

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

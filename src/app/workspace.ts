import {
  buildGraph,
  isStage,
  loadPipeline,
  plan,
  type ReproResult,
  type StagePlan,
} from '#pipeline'
import { openApp } from './app.ts'
import { reproduce, type ReproduceRequest } from './steps/reproduce.ts'

/** The pipeline of a folder, for commands that need no home. */
export interface WorkspaceGraph {
  readonly stages: readonly { readonly name: string; readonly needs: readonly string[] }[]
}

export function workspaceGraph(folder: string): WorkspaceGraph {
  const pipeline = loadPipeline(folder)
  const graph = buildGraph(pipeline)
  return {
    stages: pipeline.stages.map((stage) => ({
      name: stage.address,
      needs: (graph.needs.get(stage) ?? []).filter(isStage).map((each) => each.address),
    })),
  }
}

/** What a run would do with each stage, and why. */
export function workspacePlan(
  folder: string,
  targets: readonly string[] = [],
): Promise<readonly StagePlan[]> {
  return plan(loadPipeline(folder), targets.length === 0 ? { all: true } : { targets })
}

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

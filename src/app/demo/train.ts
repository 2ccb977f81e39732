import { operations } from '#contract'
import { reproduce } from '../steps/reproduce.ts'
import type { Scene } from './scene.ts'

export async function train({ server, story, names, caller }: Scene): Promise<void> {
  const result = await reproduce(await server.app.project('default'))
  const again = await reproduce(await server.app.project('default'))
  const { runs } = await caller.call(operations.runs.search, { experiment: names.experiment })
  story.push(
    `${result.stages.length} stages ran and left ${runs.length} runs; a second repro ${again.changed ? 'changed something' : 'had nothing to do'}.`,
  )
}

import { delimiter } from 'node:path'
import { fileURLToPath } from 'node:url'

const binFolder = fileURLToPath(new URL('../../../bin', import.meta.url))

/** What a stage's command needs to find: `tidemill` on the path, the home, the project. */
export function stageEnvironment(place: {
  readonly home: string
  readonly project: string
}): Record<string, string | undefined> {
  return {
    ...process.env,
    PATH: `${binFolder}${delimiter}${process.env.PATH ?? ''}`,
    TIDEMILL_NODE: process.execPath,
    TIDEMILL_HOME: place.home,
    TIDEMILL_PROJECT: place.project,
  }
}

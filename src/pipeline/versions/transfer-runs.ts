import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { TidemillError } from '#contract/error'
import { runKey, runValue } from '../cache/run-cache.ts'
import { lockStageShape } from '../definition/dvc-schemas.ts'
import { readLockedStage } from '../definition/lock-file.ts'
import { mismatch } from '../definition/schema.ts'
import { moveFile } from '../files/move-file.ts'
import { inParallel } from '../remotes/in-parallel.ts'
import type { Remote } from '../remotes/remote.ts'
import type { Repository } from '../repository.ts'
import { readYaml } from '../values/read-yaml.ts'
import { isMap } from '../values/value.ts'

/** Sends the records of runs that a remote lacks; how many of DVC's. */
export async function sendRuns(
  repository: Repository,
  remote: Remote,
  jobs: number,
): Promise<number> {
  let sent = 0
  for (const { name, path: folder, travels } of repository.runs.folders) {
    const entries = existsSync(folder)
      ? readdirSync(folder, { recursive: true, withFileTypes: true })
      : []
    const files = entries
      .filter((entry) => entry.isFile() && !entry.name.endsWith('.tmp'))
      .map((entry) => join(entry.parentPath, entry.name))
      .filter(travels)
    await inParallel(files, jobs, async (file) => {
      const path = `${name}/${relative(folder, file).split('\\').join('/')}`
      if (await remote.stat(path)) return
      await remote.put(path, file)
      if (name === 'runs') sent += 1
    })
  }
  return sent
}

/**
 * Fetches the records of runs that the cache lacks; how many of DVC's. One that is not what its name says is left. As with DVC, none
 * come from where nobody can say what there is.
 */
export async function fetchRuns(
  repository: Repository,
  remote: Remote,
  jobs: number,
): Promise<number> {
  let count = 0
  if (remote.unlisted) return count
  for (const { name, path: folder } of repository.runs.folders) {
    const paths: string[] = []
    for await (const path of remote.list(name)) {
      const inside = path.slice(name.length + 1)
      const known = existsSync(join(folder, inside))
      if (/^[0-9a-f]{2}\/[0-9a-f]{64}[/-][0-9a-f]{64}$/.test(inside) && !known) paths.push(inside)
    }
    await inParallel(paths, jobs, async (inside) => {
      const partial = join(repository.own, 'partial', inside.replaceAll('/', '-'))
      rmSync(partial, { force: true })
      await remote.get(`${name}/${inside}`, partial)
      if (name === 'runs' && !isNamed(partial, inside)) {
        rmSync(partial, { force: true })
        return
      }
      mkdirSync(dirname(join(folder, inside)), { recursive: true })
      moveFile(partial, join(folder, inside))
      if (name === 'runs') count += 1
    })
  }
  return count
}

/** Whether a record is of the run that its path names: its key and its value are digests of what it says. */
function isNamed(file: string, inside: string): boolean {
  try {
    const content = readYaml(readFileSync(file, 'utf8'), inside).value
    if (!isMap(content) || mismatch(content, lockStageShape)) return false
    const run = readLockedStage(content)
    const key = runKey(run)
    return inside === `${key.slice(0, 2)}/${key}/${runValue(run)}`
  } catch (error) {
    if (!(error instanceof TidemillError)) throw error
    return false
  }
}

import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { openObjectCache } from '../../cache/object-cache.ts'
import { commitContent, contentToKeep } from '../../cache/outputs.ts'
import { entryOf } from '../../changes.ts'
import { openFileState } from '../../files/file-state.ts'
import { ignoreRules } from '../../files/ignore-rules.ts'
import { workspaceFiles } from '../../files/workspace-files.ts'
import type { Entry } from '../../model.ts'
import type { StageResult, StageTask, TaskContext } from '../executor.ts'
import { localExecutor } from '../local-executor.ts'

/** Brings a task's inputs into an empty folder, runs it there, and keeps what it made among the objects. */
export async function runInFolder(
  task: StageTask,
  objects: string,
  place: string,
  options: Pick<TaskContext, 'signal' | 'onOutput' | 'onSample'>,
): Promise<StageResult> {
  const root = join(place, 'tree')
  mkdirSync(root)
  const state = openFileState(join(place, 'state'), root)
  const scratch = join(place, 'scratch')
  // copies, or copy on write: the task may write into what it reads, and the objects must not change with it
  const links = ['reflink', 'copy'] as const
  const cache = openObjectCache({ folder: objects, links, state, scratch })
  for (const { path, md5, isexec } of task.inputs) {
    const target = join(root, path)
    if (!md5.endsWith('.dir')) await cache.checkout(md5, target, isexec === true)
    else {
      mkdirSync(target, { recursive: true })
      for (const file of cache.manifest(md5) ?? [])
        await cache.checkout(file.md5, join(target, file.path), false)
    }
  }
  for (const path of task.outputs) mkdirSync(dirname(join(root, path)), { recursive: true })
  const result = await localExecutor({ root }).run(task, {
    log: join(place, 'log'),
    mark: join(place, 'mark'),
    objects,
    ...options,
  })
  if (result.exitCode !== 0) return { ...result, outputs: [] }
  const files = workspaceFiles(root, ignoreRules(root, '.dvcignore'), state)
  const outputs: Entry[] = []
  for (const path of task.outputs) {
    const content = await contentToKeep({ cache, files }, path)
    if (!content) continue
    await commitContent({ cache, files }, path, content)
    outputs.push(entryOf(path, content))
  }
  return { ...result, outputs }
}

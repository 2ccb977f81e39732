import { statSync } from 'node:fs'
import { join } from 'node:path'
import { queueFolder } from '../experiments/queue/queue-store.ts'
import { ownFolder } from '../repository.ts'

/**
 * Another text whenever a stage began or ended, an experiment in the queue changed, or dvc.lock did, whichever program of this machine
 * did it: real `dvc` notes its stages in the same rwlock. Asks for the times of a handful of files.
 */
export function activityStamp(root: string): string {
  const own = ownFolder(root)
  return [
    join(root, 'dvc.lock'),
    join(root, '.dvc', 'tmp', 'rwlock'),
    join(own, 'running'),
    join(own, 'history'),
    queueFolder(root),
    join(queueFolder(root), 'entries'),
  ]
    .map(modified)
    .join(' ')
}

function modified(path: string): number {
  try {
    return statSync(path).mtimeMs
  } catch {
    return 0
  }
}

import { git } from '../git.ts'
import type { Repository } from '../repository.ts'

/** Puts files that a command wrote or removed into Git's index, where `core.autostage` asks for that. Whether it did. */
export function stageInGit(
  { root, config }: Pick<Repository, 'root' | 'config'>,
  files: readonly string[],
): boolean {
  const asked = config.get('core')?.get('autostage')?.toLowerCase() === 'true'
  if (!asked || files.length === 0) return false
  return git(root, ['add', '--all', '--', ...files]) !== undefined
}

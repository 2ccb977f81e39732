import { realpath } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import { TidemillError } from '#contract'
import type { Rooms } from '../rooms.ts'

/** What a home is made of, where it lies open in its own workspace. */
const ownNames = /^(projects|keys|backups|uploads|config\.yaml|secret\.key|identity\.db.*)$/

/**
 * Where a file lies that a declaration names: in the workspace, outside the home, and not hidden. A declaration may come from whoever
 * manages one project, and the server reads and writes with the rights of its own user. Links are followed, as only who has the
 * workspace can have made them (a cache may lie elsewhere), but never into the home.
 */
export async function insideWorkspace(
  { workspace, home }: Pick<Rooms, 'workspace' | 'home'>,
  path: string,
): Promise<string> {
  const refuse = (problem: string): never => {
    throw new TidemillError('bad_request', { problem: `The file ${path} is refused: ${problem}.` })
  }
  const file = resolve(workspace, path)
  const parts = relative(resolve(workspace), file).split(sep)
  if (parts[0] === '..' || parts[0] === '')
    return refuse('it is not in the workspace, where a link may lead to it')
  if (parts.some((part) => part.startsWith('.'))) return refuse('hidden files are not data')
  const own = await realOf(home)
  const [first = ''] = relative(own, await realOf(file)).split(sep)
  const isOwn = own === (await realOf(workspace)) ? ownNames.test(first) : first !== '..'
  return isOwn ? refuse('it is in the home') : file
}

/** What a path is once links are followed; what is not there yet is where its folder leads. */
async function realOf(path: string): Promise<string> {
  const real = await realpath(path).catch(() => undefined)
  if (real !== undefined || dirname(path) === path) return real ?? path
  return join(await realOf(dirname(path)), basename(path))
}

import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { TidemillError } from '#contract/error'
import { git } from '../git.ts'
import { readText } from '../repository.ts'

export interface GitSetup {
  /** Files that were written. */
  readonly changed: readonly string[]
  /** Hooks that were there already and are another's. */
  readonly kept: readonly string[]
}

const driver = 'git-hook merge-driver --ancestor %O --our %A --their %B --path %P'
const attributes = ['dvc.lock merge=tidemill', '*.dvc merge=tidemill']
const hooks = ['pre-commit', 'post-checkout', 'pre-push'] as const

/**
 * Tells Git to merge dvc.lock and `.dvc` files by our driver, and with `hooks` to look at the data when it commits, checks out and
 * pushes, as `dvc install` does. A hook that another program wrote stays. Errors: `conflict` outside a Git repository.
 */
export function setUpGit(root: string, options: { readonly hooks: boolean }): GitSetup {
  const folder = git(root, ['rev-parse', '--git-path', 'hooks'])?.trim()
  if (folder === undefined)
    throw new TidemillError('conflict', { problem: `${root} is not in a Git repository.` })
  git(root, ['config', 'merge.tidemill.name', 'dvc.lock stage by stage, folders file by file'])
  git(root, ['config', 'merge.tidemill.driver', `tidemill ${driver}`])
  const changed: string[] = []
  const file = join(root, '.gitattributes')
  const before = readText(file) ?? ''
  const fresh = attributes.filter((line) => !before.split('\n').includes(line))
  if (fresh.length > 0) {
    const gap = before === '' || before.endsWith('\n') ? '' : '\n'
    writeFileSync(file, `${before}${gap}${fresh.join('\n')}\n`)
    changed.push('.gitattributes')
  }
  const kept: string[] = []
  for (const name of options.hooks ? hooks : []) {
    const path = join(resolve(root, folder), name)
    const text = `#!/bin/sh\nexec tidemill git-hook ${name} "$@"\n`
    if (existsSync(path)) {
      if (readFileSync(path, 'utf8') !== text) kept.push(name)
      continue
    }
    mkdirSync(resolve(root, folder), { recursive: true })
    writeFileSync(path, text)
    chmodSync(path, 0o755)
    changed.push(join(folder, name))
  }
  return { changed, kept }
}

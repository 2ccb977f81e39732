import { existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { basename, dirname, isAbsolute, join, posix } from 'node:path'
import { TidemillError } from '#contract/error'
import { dotDvcText, rewritten } from '../definition/dot-dvc.ts'
import { targetOf } from '../definition/read-stage.ts'
import { hideFromGit, showToGit } from '../files/git-ignore.ts'
import { stageInGit } from '../files/stage-in-git.ts'
import { replaceFile } from '../lock-store.ts'
import type { Pipeline } from '../model.ts'
import { writablePath } from '../files/writable-path.ts'
import { openRepository, readText } from '../repository.ts'
import { withRepositoryLock } from '../run/repository-lock.ts'
import { readYaml } from '../values/read-yaml.ts'
import { isList, isMap, type Value } from '../values/value.ts'

export interface Moved {
  readonly from: string
  readonly to: string
  readonly changed: readonly string[]
}

/** Moves data that a `.dvc` file tracks, and the file with it. Errors: `not_found`, `already_exists`. */
export async function move(pipeline: Pipeline, from: string, to: string): Promise<Moved> {
  const { root, folder } = pipeline
  const repository = openRepository(root)
  const source = targetOf(from, folder, root)
  const data = pipeline.data.find((each) => each.outs.some((out) => out.target === source))
  if (!data || data.outs.length !== 1)
    throw new TidemillError('not_found', { kind: 'data under version at', name: from })
  const asked = targetOf(to, folder, root)
  const inFolder = statSync(join(root, asked), { throwIfNoEntry: false })?.isDirectory() === true
  const target = inFolder ? join(asked, basename(source)) : asked
  // refused before anything moves
  writablePath(root, target)
  const file = `${target}.dvc`
  if (existsSync(join(root, target)) || existsSync(join(root, file)))
    throw new TidemillError('already_exists', { kind: 'file', name: target })
  return withRepositoryLock(repository, async () => {
    const before = readText(join(root, data.file)) ?? ''
    const name = basename(target)
    mkdirSync(join(root, dirname(target)), { recursive: true })
    const text = dotDvcText(
      data.entries.map((entry) => ({ ...entry, path: name })),
      renamed(before, data.file, file),
      data.file,
    )
    replaceFile(join(root, file), text)
    if (existsSync(join(root, source))) renameSync(join(root, source), join(root, target))
    rmSync(join(root, data.file))
    const shown = showToGit(root, [source])
    const hidden = hideFromGit(root, [target])
    const changed = [...new Set([data.file, file, ...shown, ...hidden])]
    stageInGit(repository, changed)
    return { from: source, to: target, changed }
  })
}

/** The text under another name: its output, and what it was imported from on this machine, whose path starts at the file. */
function renamed(text: string, from: string, to: string): string {
  const { value } = readYaml(text, from)
  if (!isMap(value)) return text
  const near = (dep: Value): Value => {
    const path = isMap(dep) ? dep.get('path') : undefined
    if (!isMap(dep) || dep.has('repo') || typeof path !== 'string') return dep
    if (path.includes('://') || isAbsolute(path)) return dep
    return new Map([...dep, ['path', posix.relative(dirname(to), join(dirname(from), path))]])
  }
  const deps = value.get('deps')
  const outs = value.get('outs')
  return rewritten(
    text,
    new Map<string, Value>([
      ...value,
      ...(isList(deps) ? [['deps', deps.map(near)] as const] : []),
      ...(isList(outs)
        ? [
            [
              'outs',
              outs.map((out) =>
                isMap(out) ? new Map([...out, ['path', basename(to, '.dvc')]]) : out,
              ),
            ] as const,
          ]
        : []),
    ]),
  )
}

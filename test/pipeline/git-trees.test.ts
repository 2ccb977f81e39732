import assert from 'node:assert/strict'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { gitTree, gitTrees, type GitTree } from '../../src/pipeline/git-trees.ts'
import { project } from './support/project.ts'

/** Every path of a tree with its content's name, by going through its folders. */
function walked(tree: GitTree, folder = ''): readonly (readonly [string, string | undefined])[] {
  return [...tree.list(folder)].flatMap(([name, isFolder]) => {
    const path = folder === '' ? name : `${folder}/${name}`
    return isFolder ? walked(tree, path) : [[path, tree.get(path)] as const]
  })
}

const sorted = (entries: Iterable<readonly [string, string | undefined]>) =>
  [...entries].toSorted(([a], [b]) => (a < b ? -1 : 1))

test('commits that are told by how they differ from another hold what Git lists of each: files for folders and folders for files, too', async (t) => {
  const files = ['dvc.yaml', 'a', 'b/c', 'b/d/e', 'b/d/raw.dvc', 'f/g/h', 'f/params.yaml', 'same/x']
  const made = await project(t, Object.fromEntries(files.map((file) => [file, file])), {
    git: true,
  })
  const commit = (change: () => void): string => {
    change()
    made.git('add', '-A')
    made.git('commit', '-qm', 'x')
    return made.git('rev-parse', 'HEAD').trim()
  }
  const put = (path: string): void => {
    mkdirSync(dirname(join(made.root, path)), { recursive: true })
    writeFileSync(join(made.root, path), `new ${path}`)
  }
  const remove = (path: string): void => rmSync(join(made.root, path), { recursive: true })
  const base = commit(() => undefined)
  const others = [
    commit(() => {
      remove('a')
      put('a/dvc.yaml')
      remove('b/d')
      put('b/d')
    }),
    commit(() => {
      remove('f/g')
      remove('same')
      put('b/c')
      put('new/deep/params.yaml')
    }),
    commit(() => ['a', 'b', 'f', 'new'].forEach(remove)),
  ]
  const trees = gitTrees(made.root, [
    { rev: base, like: base },
    ...others.map((rev) => ({ rev, like: base })),
  ])
  assert.equal(trees.size, 4)
  for (const [rev, tree] of trees) {
    const whole = gitTree(made.root, rev)
    assert.ok(whole)
    assert.deepEqual(sorted(walked(tree)), sorted(walked(whole)))
    assert.deepEqual(sorted(tree.usual), sorted(whole.usual))
  }
})

import assert from 'node:assert/strict'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { readGitDiff } from '#tracking'
import { gitIn } from '../support/git.ts'
import { temporaryFolder } from '../support/home.ts'

const byPath = (a: readonly unknown[], b: readonly unknown[]): number =>
  String(a[0]) < String(b[0]) ? -1 : 1

test('what git prints is read file by file, and its own count of lines agrees', async (t) => {
  const folder = await temporaryFolder(t)
  const git = gitIn(folder)
  git('init', '-q')
  const write = (name: string, text: string | Uint8Array): Promise<void> =>
    writeFile(join(folder, name), text)
  const long = Array.from({ length: 60 }, (_, i) => `line ${i}`)
  await mkdir(join(folder, 'src'))
  await write('src/train.py', long.join('\n'))
  await write('gone.txt', 'a\nb\n')
  await write('old name.txt', 'the same\nfor\nthe\nmost\npart\n')
  await write('ünï.txt', 'x\n')
  await write('image.bin', new Uint8Array([0, 1, 2, 0]))
  git('add', '-A')
  git('commit', '-qm', 'one')
  const changed = long.with(2, 'changed').with(50, '--- not a header').concat('+++ nor this')
  await write('src/train.py', changed.join('\n'))
  await rm(join(folder, 'gone.txt'))
  await rename(join(folder, 'old name.txt'), join(folder, 'new name.txt'))
  await write('ünï.txt', 'y\nz\n')
  await write('image.bin', new Uint8Array([0, 1, 3, 0]))
  await write('fresh.txt', 'one\n')
  git('add', '-A')
  git('commit', '-qm', 'two')
  const options = ['--no-prefix', '--find-renames', 'HEAD~1', 'HEAD']
  const files = readGitDiff(git('diff', ...options))
  assert.deepEqual(files.map(({ path, from, change }) => [path, from, change]).toSorted(byPath), [
    ['fresh.txt', undefined, 'added'],
    ['gone.txt', undefined, 'removed'],
    ['image.bin', undefined, 'binary'],
    ['new name.txt', 'old name.txt', 'renamed'],
    ['src/train.py', undefined, 'changed'],
    ['ünï.txt', undefined, 'changed'],
  ])
  const counted = git('diff', '--numstat', '-z', 'HEAD~1', 'HEAD').split('\0')
  const lines = counted.filter((line) => /^\d+\t\d+\t./.test(line))
  assert.equal(lines.length, 4, 'of those that are text and keep their names')
  for (const line of lines) {
    const [added, removed, path] = line.split('\t')
    const file = files.find((each) => each.path === path)
    assert.deepEqual([file?.linesAdded, file?.linesRemoved], [Number(added), Number(removed)], path)
  }
  const train = files.find((file) => file.path === 'src/train.py')
  assert.equal(train?.hunks.length, 3)
  assert.ok(train?.hunks[1]?.lines.includes('+--- not a header'))
})

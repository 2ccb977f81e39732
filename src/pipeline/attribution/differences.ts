import { TidemillError } from '#contract/error'
import { git } from '../git.ts'
import { toPlain, type Plain } from '../values/plain.ts'
import { isMap, valuesIdentical, type Value } from '../values/value.ts'
import { paramFiles, type Side } from './side.ts'
import { getAt, isMixable, valuesOf, type Swap } from './swap.ts'

/** Something that differs between two sides. */
export interface Difference {
  readonly swap: Swap
  readonly old: Plain
  readonly new: Plain
}

/** What differs between two commits below the root, files whole and pipelines and parameters value by value. */
export function differences(root: string, from: Side, to: Side): readonly Difference[] {
  const listing = git(root, [
    'diff-tree',
    '-r',
    '-z',
    '--no-renames',
    '--relative',
    from.commit,
    to.commit,
    '--',
    '.',
  ])
  if (listing === undefined)
    throw new TidemillError('conflict', {
      problem: `Git could not compare ${from.name} with ${to.name}.`,
    })
  const params = new Set([...paramFiles(from), ...paramFiles(to)])
  const fields = listing.split('\0')
  const found: Difference[] = []
  for (let index = 0; index + 1 < fields.length; index += 2) {
    const [, , old = '', now = ''] = (fields[index] ?? '').split(' ')
    const path = fields[index + 1] ?? ''
    const isPipeline = path === 'dvc.yaml' || path.endsWith('/dvc.yaml')
    if (isPipeline || (params.has(path) && isMixable(path)))
      found.push(...valueDifferences(from, to, path, isPipeline))
    else found.push({ swap: { kind: 'file', path }, old: blob(old), new: blob(now) })
  }
  return found
}

function blob(id: string): string | null {
  return /^0+$/.test(id) ? null : id.slice(0, 10)
}

function valueDifferences(from: Side, to: Side, path: string, isPipeline: boolean): Difference[] {
  const [a, b] = [valuesOf(from, path), valuesOf(to, path)]
  const paths = differingKeys(a, b, isPipeline ? pipelineDepth : Infinity)
  return paths.map((keys) => ({
    swap: { kind: 'value', path, keys },
    old: toPlain(getAt(a, keys) ?? null),
    new: toPlain(getAt(b, keys) ?? null),
  }))
}

/** A stage is swapped as a whole: its entry, two keys down. */
const pipelineDepth = 2

function differingKeys(
  a: Value | undefined,
  b: Value | undefined,
  depth: number,
  above: readonly string[] = [],
): (readonly string[])[] {
  if (a !== undefined && b !== undefined && valuesIdentical(a, b)) return []
  const inner = (value: Value | undefined) => (isMap(value) ? [...value.keys()] : [])
  const maps = (isMap(a) && (b === undefined || isMap(b))) || (a === undefined && isMap(b))
  if (!maps || above.length >= depth) return [above]
  const keys = [...new Set([...inner(a), ...inner(b)])]
  if (keys.length === 0) return [above]
  return keys.flatMap((key) =>
    differingKeys(getAt(a, [key]), getAt(b, [key]), depth, [...above, key]),
  )
}

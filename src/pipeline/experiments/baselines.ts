import { git } from '../git.ts'
import { experiments, headOf } from './experiment-refs.ts'
import { openQueue } from './queue/queue-store.ts'

/** A commit that experiments start from. */
export interface Baseline {
  readonly rev: string
  readonly subject: string
  readonly time: number
  /** Those in the queue too. */
  readonly experiments: number
}

/** HEAD, and every commit that an experiment or one in the queue starts from; HEAD first, then the newest. */
export function experimentBaselines(root: string): readonly Baseline[] {
  const queue = openQueue(root).list()
  const all = [...experiments(root), ...queue.filter(({ state }) => state !== 'done')]
  const counts = new Map<string, number>()
  for (const { baseline } of all) counts.set(baseline, (counts.get(baseline) ?? 0) + 1)
  const head = headOf(root)
  const revs = [...new Set([...(head === undefined ? [] : [head]), ...counts.keys()])]
  const format = ['log', '--no-walk', '--ignore-missing', '--format=%H %ct %s']
  const shown = revs.length === 0 ? '' : (git(root, [...format, ...revs, '--']) ?? '')
  const found = shown.split('\n').flatMap((line): Baseline[] => {
    const [rev = '', seconds = '', ...words] = line.split(' ')
    const time = Number(seconds) * 1000
    if (rev === '') return []
    return [{ rev, subject: words.join(' '), time, experiments: counts.get(rev) ?? 0 }]
  })
  return found.sort((a, b) => Number(b.rev === head) - Number(a.rev === head) || b.time - a.time)
}

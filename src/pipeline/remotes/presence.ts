import { inParallel } from './in-parallel.ts'
import type { Remote } from './remote.ts'

/** What DVC 2 kept lies beside it, under one folder for every two digits. */
const listed = 'files/md5'

/**
 * Which of many paths a remote has. Where one request lists many paths, listing is tried first when much is asked for; it is given up
 * when the place turns out to hold far more than that, and the rest is asked for one by one.
 */
export async function presentOn(
  remote: Remote,
  paths: readonly string[],
  jobs: number,
): Promise<ReadonlySet<string>> {
  const found = new Set<string>()
  let unknown = paths
  const { page } = remote
  const listable = paths.filter((path) => path.startsWith(`${listed}/`))
  if (page !== undefined && listable.length > page / 4) {
    const wanted = new Set(listable)
    // a page costs about as much as five questions
    let left = page * Math.ceil(listable.length / 5)
    let last: string | undefined
    for await (const path of remote.list(listed)) {
      if (wanted.has(path)) found.add(path)
      left -= 1
      if (left > 0) continue
      last = path
      break
    }
    const from = last
    unknown = paths.filter((path) => !wanted.has(path) || (from !== undefined && path > from))
  }
  await inParallel(unknown, jobs, async (path) => {
    if (await remote.stat(path)) found.add(path)
  })
  return found
}

import type { Reason } from '../reason.ts'
import { parameterLine } from './parameter-line.ts'

/** Why a stage is not up to date, in a sentence with what was recorded and what is there now. */
export function reasonLine({ kind, path, old, new: now, state, outdated }: Reason): string {
  switch (kind) {
    case 'lock-missing':
      return 'it never ran: dvc.lock has no entry for it'
    case 'cmd':
      return commandLine(old, now)
    case 'always':
      return 'it runs every time: it says always_changed, or has nothing that could be unchanged'
    case 'forced':
      return 'it was asked for with --force'
    case 'upstream':
      return `a stage before it will make ${path} anew`
    case 'env':
      if (state === 'not declared')
        return `it no longer depends on the environment variable ${path}`
      return state === 'deleted'
        ? `the environment variable ${path} is not set, as it was`
        : state === 'new'
          ? `the environment variable ${path} is declared anew`
          : `the environment variable ${path} changed`
    case 'wdir':
      return `its working folder changed from ${JSON.stringify(old)} to ${JSON.stringify(now)}`
    case 'param':
      if (state === 'not declared') return `it no longer depends on the parameter ${path}`
      return state === 'deleted'
        ? `the parameter ${path} is not there`
        : state === 'new'
          ? `the parameter ${path} is not recorded yet`
          : parameterLine(path, old, now)
    case 'dep':
    case 'out': {
      const what = kind === 'dep' ? 'the dependency' : 'the output'
      if (outdated)
        return `${what} ${path} is still of commit ${outdated.commit}, ${outdated.file} is not`
      if (state === 'not declared') return `it no longer depends on ${path}`
      if (state === 'deleted') return `${what} ${path} is not there`
      if (state === 'new') return `${what} ${path} is not recorded yet`
      if (state === 'not in cache') return `${what} ${path} is not in the cache`
      return `${what} ${path} changed (${short(old)} to ${short(now)})`
    }
  }
}

function short(digest: Reason['old']): string {
  return typeof digest === 'string' ? digest.slice(0, 8) : 'nothing'
}

/** Of long commands what differs, with a few words around it. */
function commandLine(old: Reason['old'], now: Reason['new']): string {
  const [from, to] =
    typeof old === 'string' && typeof now === 'string' ? whereTheyDiffer(old, now) : [old, now]
  return `its command changed from ${JSON.stringify(from)} to ${JSON.stringify(to)}`
}

function whereTheyDiffer(old: string, now: string): readonly [string, string] {
  const [before, after] = [old.split(' '), now.split(' ')]
  const most = Math.min(before.length, after.length)
  let start = 0
  while (start < most && before[start] === after[start]) start += 1
  let end = 0
  while (end < most - start && before.at(-1 - end) === after.at(-1 - end)) end += 1
  const cut = (words: readonly string[]): string => {
    const [from, to] = [start - 2, words.length - end + 1]
    return [
      ...(from > 1 ? ['…', ...words.slice(from, to)] : words.slice(0, to)),
      ...(to < words.length - 1 ? ['…'] : words.slice(to)),
    ].join(' ')
  }
  return [cut(before), cut(after)]
}

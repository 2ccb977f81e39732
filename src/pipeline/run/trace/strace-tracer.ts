import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import type { Tracer } from '../executor.ts'

/** Whether strace is there and allowed to watch. */
export function straceWorks(): boolean {
  return spawnSync('strace', ['-o', '/dev/null', '-e', 'trace=none', 'true']).status === 0
}

const calls = 'open,openat,openat2,creat,execve,execveat'

/** Follows every process of a task through strace(1): exact, and the task takes longer. `folder` is the task's working folder. */
export function straceTracer(file: string, folder: string): Tracer {
  let commands = 0
  const part = (index: number): string => `${file}.${index}`
  return {
    begin: () => mkdirSync(dirname(file), { recursive: true }),
    wrap(argv) {
      commands += 1
      const options = [
        '-f',
        '-qqq',
        '-y',
        '-s',
        '4096',
        '-e',
        'signal=none',
        '-e',
        `trace=${calls}`,
      ]
      return ['strace', ...options, '-o', part(commands), ...argv]
    },
    end() {
      const read = new Map<string, Set<string>>()
      const made = new Set<string>()
      for (let index = 1; index <= commands; index += 1) {
        for (const { path, named, creates, reads } of openedFiles(textOf(part(index)))) {
          const full = resolve(folder, path)
          if (creates && !read.has(full)) made.add(full)
          if (!reads || made.has(full)) continue
          const names = read.get(full) ?? new Set()
          read.set(full, names.add(resolve(folder, named)))
        }
        rmSync(part(index), { force: true })
      }
      return {
        how: 'strace',
        read: [...read].map(([path, names]) => [
          ...[...names].filter((name) => name !== path && leadsTo(name, path)),
          path,
        ]),
      }
    },
  }
}

interface Opened {
  readonly path: string
  /** As the task named it: `path` is where links led. */
  readonly named: string
  readonly reads: boolean
  /** The file is new, or emptied, by this call. */
  readonly creates: boolean
}

/** The files that succeeded to be opened or executed, in their order. A call that another interrupts is told in two lines. */
export function* openedFiles(text: string): Generator<Opened> {
  const begun = new Map<string, string>()
  for (const line of text.split('\n')) {
    const [, pid = '', rest = ''] = /^(\d+)\s+(.*)$/.exec(line) ?? []
    const cut = rest.indexOf(' <unfinished ...>')
    if (cut !== -1) {
      begun.set(pid, rest.slice(0, cut))
      continue
    }
    const resumed = /^<\.\.\. \w+ resumed>(.*)$/.exec(rest)
    const opened = openedFile(resumed ? `${begun.get(pid) ?? ''}${resumed[1] ?? ''}` : rest)
    if (opened) yield opened
  }
}

function openedFile(call: string): Opened | undefined {
  const executed = /^execve(?:at)?\((?:[^"]*)"((?:[^"\\]|\\.)*)".*\) = 0$/.exec(call)
  if (executed) {
    const path = unescaped(executed[1] ?? '')
    return { path, named: path, reads: true, creates: false }
  }
  const found = /^(creat|open\w*)\((.*)\) = \d+<((?:[^>\\]|\\.)*)>(?:\([^)]*\))?$/.exec(call)
  if (!found) return undefined
  const [, name, args = '', path = ''] = found
  const flags = args.slice(args.lastIndexOf('"') + 1)
  if (flags.includes('O_DIRECTORY') || flags.includes('O_PATH')) return undefined
  const [, above = '', given = ''] =
    /^(?:\w+<((?:[^>\\]|\\.)*)>, )?[^"]*"((?:[^"\\]|\\.)*)"/.exec(args) ?? []
  return {
    path: unescaped(path),
    named: isAbsolute(given) ? unescaped(given) : join(unescaped(above), unescaped(given)),
    reads: name !== 'creat' && !flags.includes('O_WRONLY'),
    creates: name === 'creat' || /O_TRUNC|O_EXCL/.test(flags),
  }
}

/** A folder may be another by now, and an old strace does not say in which a process was. */
function leadsTo(name: string, path: string): boolean {
  try {
    return realpathSync(name) === path
  } catch {
    return false
  }
}

/** strace writes bytes outside printable ASCII as C does: `\n`, `\303`. */
function unescaped(text: string): string {
  if (!text.includes('\\')) return text
  const named: Readonly<Record<string, number>> = { n: 10, t: 9, r: 13, v: 11, f: 12 }
  const bytes: number[] = []
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] !== '\\') {
      bytes.push(text.charCodeAt(at))
      continue
    }
    const octal = /^[0-7]{1,3}/.exec(text.slice(at + 1, at + 4))?.[0]
    const next = text[at + 1] ?? ''
    bytes.push(
      octal === undefined ? (named[next] ?? next.charCodeAt(0)) : Number.parseInt(octal, 8),
    )
    at += octal?.length ?? 1
  }
  return Buffer.from(bytes).toString()
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'latin1')
  } catch {
    return ''
  }
}

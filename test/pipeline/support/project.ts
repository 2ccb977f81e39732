import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { TestContext } from 'node:test'
import { initRepository, loadPipeline, repro, type ReproOptions, type ReproResult } from '#pipeline'
import { temporaryFolder } from '../../support/temporary-folder.ts'

/** A repository in a temporary folder, with a log of the stages that ran. */
export interface Project {
  readonly root: string
  readonly env: Readonly<Record<string, string>>
  /** Path to text; `*` at the end sets the exec bits, `@` makes a link, `/` a folder. */
  write(files: Readonly<Record<string, string>>): void
  read(path: string): string
  drop(...paths: readonly string[]): void
  /** The stages that ran since the last question, in their order. */
  took(): string[]
  git(...args: readonly string[]): string
  repro(options?: ReproOptions): Promise<ReproResult>
}

export async function project(
  t: TestContext,
  files: Readonly<Record<string, string>> = {},
  options: { readonly git?: boolean } = {},
): Promise<Project> {
  const folder = await temporaryFolder(t)
  const root = join(folder, 'repo')
  const ran = join(folder, 'ran')
  mkdirSync(root)
  const identity = {
    GIT_AUTHOR_NAME: 't',
    GIT_AUTHOR_EMAIL: 't@localhost',
    GIT_COMMITTER_NAME: 't',
    GIT_COMMITTER_EMAIL: 't@localhost',
  }
  const env = {
    PATH: process.env.PATH ?? '',
    RAN: ran,
    SHELL: '/bin/sh',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_SYSTEM: '/dev/null',
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? '',
    ...identity,
  }
  const made: Project = {
    root,
    env,
    write(texts) {
      for (const [path, text] of Object.entries(texts)) {
        const file = join(root, path.replace(/[*@/]$/, ''))
        mkdirSync(dirname(file), { recursive: true })
        rmSync(file, { recursive: path.endsWith('/'), force: true })
        if (path.endsWith('/')) mkdirSync(file, { recursive: true })
        else if (path.endsWith('@')) symlinkSync(text, file)
        else {
          writeFileSync(file, text)
          if (path.endsWith('*')) chmodSync(file, 0o755)
        }
      }
    },
    read: (path) => readFileSync(join(root, path), 'utf8'),
    drop(...paths) {
      for (const path of paths) rmSync(join(root, path), { recursive: true, force: true })
    },
    took() {
      try {
        const names = readFileSync(ran, 'utf8').split('\n').filter(Boolean)
        rmSync(ran)
        return names
      } catch {
        return []
      }
    },
    git: (...args) => execFileSync('git', ['-C', root, ...args], { env, encoding: 'utf8' }),
    repro: (more = {}) => repro(loadPipeline(root), { env, ...more }),
  }
  initRepository(root)
  if (options.git) made.git('init', '-q', '-b', 'main')
  made.write(files)
  return made
}

/** A command that notes that a stage ran, and then does something. */
export function noted(stage: string, command = 'true'): string {
  return `echo ${stage} >> $RAN && ${command}`
}

/** Stages in a row, each copying the file of the one before. */
export function chain(length: number): string {
  const stages = Array.from({ length }, (_, index) => {
    const dep = index === 0 ? 'seed' : `o${index - 1}`
    return `  s${index}:\n    cmd: echo s${index} >> $RAN && cp ${dep} o${index}\n    deps:\n    - ${dep}\n    outs:\n    - o${index}\n`
  })
  return `stages:\n${stages.join('')}`
}

import { existsSync } from 'node:fs'
import { cp, mkdir, readdir } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { TidemillError } from '#contract'
import { initRepository } from '#pipeline'
import { ciProject } from './ci-project.ts'
import { projectFromCsv } from './csv-project.ts'
import { deploymentFiles, type CiProvider } from './deployment-files.ts'
import { examplesFolder } from './examples-folder.ts'
import type { LeftOut } from './inputs-of-csv.ts'
import { writeIfAbsent } from './write-if-absent.ts'

export interface InitRequest {
  readonly dir: string
  /** An example to start from. */
  readonly template?: string
  /** A CSV of the user's own to start from, and the column to predict. */
  readonly csv?: string
  readonly label?: string
  /** `github` or `gitlab` adds a workflow. */
  readonly ci?: string
}

export interface InitResult {
  readonly dir: string
  readonly files: readonly string[]
  /** Of a CSV: columns that the model is not to learn from. */
  readonly leftOut: readonly LeftOut[]
  readonly next: readonly string[]
}

/** Makes a project in a folder; what is there already stays as it is. */
export async function initProject(request: InitRequest): Promise<InitResult> {
  const dir = resolve(request.dir)
  const ci = providerOf(request.ci)
  await mkdir(dir, { recursive: true })
  const before = new Set(await filesUnder(dir))
  let leftOut: readonly LeftOut[] = []
  if (request.template !== undefined) await fromTemplate(request.template, dir)
  else if (request.csv !== undefined)
    leftOut = await projectFromCsv(request.csv, request.label, dir)
  else if (!existsSync(join(dir, '.git')))
    await writeIfAbsent(join(dir, 'tidemill.yaml'), emptyDeclaration)
  // a Git repository that asks for nothing else gets what dvc init gives it; the home hides itself
  if (!existsSync(join(dir, '.git')) || request.template !== undefined || request.csv !== undefined)
    await writeIfAbsent(join(dir, '.gitignore'), '.tidemill/\nnode_modules/\n')
  // An example shows the whole way, so its workflow is part of it.
  if (ci !== undefined || request.template !== undefined) {
    for (const [path, text] of deploymentFiles(ci ?? 'github', ciProject(dir))) {
      const file = join(dir, path)
      await mkdir(dirname(file), { recursive: true })
      await writeIfAbsent(file, text)
    }
  }
  initRepository(dir)
  const files = (await filesUnder(dir)).filter((file) => !before.has(file))
  return { dir, files, leftOut, next: nextSteps(request) }
}

function providerOf(ci: string | undefined): CiProvider | undefined {
  if (ci === undefined || ci === 'github' || ci === 'gitlab') return ci
  throw new TidemillError('bad_request', {
    problem: `There is no workflow for ${ci}; there is one for github and one for gitlab.`,
  })
}

function nextSteps({ dir, template, csv }: InitRequest): readonly string[] {
  const enter = dir === '.' ? [] : [`cd ${dir}`]
  if (template === undefined && csv === undefined) {
    return existsSync(join(dir, 'tidemill.yaml'))
      ? [...enter, 'edit tidemill.yaml, then: tidemill plan']
      : [...enter, 'tidemill add DATA', 'tidemill stage add -n NAME -d DATA -o RESULT COMMAND']
  }
  return [
    ...enter,
    'tidemill apply',
    'tidemill repro',
    'tidemill models promote-best',
    'tidemill server',
  ]
}

async function fromTemplate(template: string, dir: string): Promise<void> {
  const known = (await readdir(examplesFolder, { withFileTypes: true }))
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
  if (!known.includes(template)) {
    throw new TidemillError('not_found', {
      kind: 'template',
      name: `${template}; there are ${known.join(', ')}`,
    })
  }
  await cp(join(examplesFolder, template), dir, {
    recursive: true,
    force: false,
    // What working in the example leaves there is not part of it.
    filter: (source) =>
      !/[/\\](\.tidemill|\.dvc|models|metrics|split|processed)([/\\]|$)/.test(
        relative(examplesFolder, source),
      ),
  })
}

const emptyDeclaration = `# Declare datasets, models, endpoints, monitors, label queues and policies here; see docs/reference/declaration.md.
# tidemill plan shows what would change, tidemill apply makes it so.

datasets: {}
`

async function filesUnder(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { withFileTypes: true, recursive: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(dir, join(entry.parentPath, entry.name)))
    .filter((file) => !file.startsWith('.tidemill/') && !file.startsWith('.git/'))
    .toSorted()
}

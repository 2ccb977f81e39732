import { existsSync } from 'node:fs'
import { cp, mkdir, readFile, readdir, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, extname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stringify } from 'yaml'
import { TidemillError } from '#contract'
import { initRepository } from '#pipeline'
import { openQuery } from '#query'
import { profile } from '#quality'
import { columnText } from '#table'
import { ciProject } from './ci-project.ts'
import { deploymentFiles, type CiProvider } from './deployment-files.ts'

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
  readonly next: readonly string[]
}

const examplesFolder = fileURLToPath(new URL('../../examples', import.meta.url))
const templatesOfScripts = join(examplesFolder, 'census', 'scripts')

/** Makes a project in a folder; what is there already stays as it is. */
export async function initProject(request: InitRequest): Promise<InitResult> {
  const dir = resolve(request.dir)
  const ci = providerOf(request.ci)
  await mkdir(dir, { recursive: true })
  const before = new Set(await filesUnder(dir))
  if (request.template !== undefined) await fromTemplate(request.template, dir)
  else if (request.csv !== undefined) await fromCsv(request.csv, request.label, dir)
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
  return { dir, files, next: nextSteps(request) }
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

/** A loop around a CSV nobody has seen before: its label, its rules and its model are read off the data, for the user to change. */
async function fromCsv(csv: string, label: string | undefined, dir: string): Promise<void> {
  const found = await stat(csv).catch(() => undefined)
  if (!found?.isFile())
    throw new TidemillError('bad_request', { problem: `There is no file ${csv}.` })
  const nullValues = ['?', 'NA', 'NaN', 'null']
  const query = openQuery()
  const table = await query.readCsv(csv, { nullValues, shownAs: csv })
  await query.close()
  const target = label ?? table.columns.at(-1)?.name ?? ''
  const classes = [...new Set(columnText(table, target).filter((text) => text !== null))].toSorted()
  if (classes.length < 2 || classes.length > 50) {
    throw new TidemillError('bad_request', {
      problem: `Column ${target} has ${classes.length} different values; a label for classes has 2 to 50. Name another with --label.`,
    })
  }
  const name = basename(csv, extname(csv))
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '-')
  const file = `data/raw/${basename(csv)}`
  await mkdir(join(dir, 'data/raw'), { recursive: true })
  if (resolve(csv) !== join(dir, file)) await cp(csv, join(dir, file), { force: false })
  const positive = classes.length === 2 ? classes[1] : undefined
  const declared = declarationFor({
    name,
    file,
    target,
    nullValues,
    positive,
    table: profile(table),
  })
  await writeIfAbsent(
    join(dir, 'tidemill.yaml'),
    `# Read off ${basename(csv)}. Change what you know better, then: tidemill apply\n\n${stringify(declared)}`,
  )
  await writeIfAbsent(
    join(dir, 'dvc.yaml'),
    (await readFile(join(examplesFolder, 'census/dvc.yaml'), 'utf8')).replaceAll('census', name),
  )
  await writeIfAbsent(
    join(dir, 'params.yaml'),
    stringify({
      base: {
        random_state: 42,
        dataset: name,
        target,
        ...(positive === undefined ? {} : { positive }),
      },
      split_data: { test_size: 0.2 },
      estimators: {
        logistic_regression: { penalty: 1 },
        gradient_boosting: { trees: 60, depth: 4, learningRate: 0.2 },
      },
      mlflow_config: { experiment_name: name, run_name: name, registered_model_name: name },
    }),
  )
  await mkdir(join(dir, 'scripts'), { recursive: true })
  for (const script of await readdir(templatesOfScripts)) {
    const text = await readFile(join(templatesOfScripts, script), 'utf8')
    await writeIfAbsent(join(dir, 'scripts', script), text.replaceAll('census', name))
  }
}

function declarationFor(facts: {
  readonly name: string
  readonly file: string
  readonly target: string
  readonly nullValues: readonly string[]
  readonly positive: string | undefined
  readonly table: ReturnType<typeof profile>
}): object {
  const { name, file, target, nullValues, positive, table } = facts
  const numeric = table.columns.filter((each) => each.name !== target && each.mean !== undefined)
  return {
    datasets: {
      [name]: {
        description: `Imported from ${file}.`,
        source: file,
        nullValues,
        label: target,
        pointer: `data/${name}.json`,
        rules: [
          { check: 'not_null', columns: [target] },
          ...numeric.slice(0, 20).map((each) => ({
            check: 'range',
            columns: [each.name],
            min: Number(each.min),
            max: Number(each.max),
            severity: 'warning',
          })),
        ],
      },
    },
    models: {
      [name]: {
        description: `Predicts ${target}.`,
        dataset: name,
        experiment: name,
        ...(positive === undefined ? {} : { positive }),
        select: { metric: 'f1', goal: 'max' },
        requirements: [
          { kind: 'metric', metric: 'f1', min: 0.5 },
          { kind: 'latency', p99Ms: 50 },
          { kind: 'schema' },
          { kind: 'mean_row' },
          { kind: 'not_worse', metric: 'f1', margin: 0.02 },
        ],
      },
    },
    endpoints: { [name]: { model: name } },
    monitors: { [name]: { endpoint: name, windowRows: 500, falseAlarmDays: 30 } },
    labeling: { review: { endpoint: name, dataset: name, below: 0.6 } },
    policies: { retrain: { model: name, on: [{ alarm: name }, { newRows: 50 }], promote: true } },
  }
}

const emptyDeclaration = `# Declare datasets, models, endpoints, monitors, label queues and policies here; see docs/reference/declaration.md.
# tidemill plan shows what would change, tidemill apply makes it so.

datasets: {}
`

async function writeIfAbsent(file: string, text: string): Promise<void> {
  await writeFile(file, text, { flag: 'wx' }).catch((error: unknown) => {
    if ((error as { code?: string }).code !== 'EEXIST') throw error
  })
}

async function filesUnder(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { withFileTypes: true, recursive: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(dir, join(entry.parentPath, entry.name)))
    .filter((file) => !file.startsWith('.tidemill/') && !file.startsWith('.git/'))
    .toSorted()
}

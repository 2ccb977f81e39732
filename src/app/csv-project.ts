import { cp, mkdir, readFile, readdir, stat } from 'node:fs/promises'
import { basename, extname, join, resolve } from 'node:path'
import { stringify } from 'yaml'
import { TidemillError, type Profile } from '#contract'
import { openQuery } from '#query'
import { profile } from '#quality'
import { columnText } from '#table'
import { examplesFolder } from './examples-folder.ts'
import { inputsOfCsv, type LeftOut } from './inputs-of-csv.ts'
import { writeIfAbsent } from './write-if-absent.ts'

const templatesOfScripts = join(examplesFolder, 'census', 'scripts')

/**
 * A loop around a CSV nobody has seen before: its label, its rules and its model are read off the data, for the user to change.
 * Answers which columns the model is not to learn from.
 */
export async function projectFromCsv(
  csv: string,
  label: string | undefined,
  dir: string,
): Promise<readonly LeftOut[]> {
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
      problem: `Column ${target} has ${classes.length} different values. What init writes tells classes apart, and their label has 2 to 50: name such a column with --label. A number is predicted by a script of your own, whose runs come by MLflow’s client (docs/training.md).`,
    })
  }
  const facts = profile(table)
  const { inputs, leftOut } = inputsOfCsv(facts, target)
  if (inputs.length === 0) {
    throw new TidemillError('bad_request', {
      problem: `${csv} has no column to predict ${target} from.`,
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
    table: facts,
    inputs,
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
        inputs,
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
  return leftOut
}

function declarationFor(facts: {
  readonly name: string
  readonly file: string
  readonly target: string
  readonly nullValues: readonly string[]
  readonly positive: string | undefined
  readonly table: Profile
  readonly inputs: readonly string[]
}): object {
  const { name, file, target, nullValues, positive, table, inputs } = facts
  const numeric = table.columns.filter(
    (each) => inputs.includes(each.name) && each.mean !== undefined,
  )
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

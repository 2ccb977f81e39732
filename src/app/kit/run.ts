import { operations, uncommittedPath, type Artifact } from '#contract'
import type { TrainedModel } from '#learn'
import { openQuery } from '#query'
import { rowAt, type Table } from '#table'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cellsOf } from '../cells.ts'
import { evaluationPath } from '../steps/evaluation-rows.ts'
import { counterfactualVariable } from '../counterfactual-variable.ts'
import { attemptTags, codeSource, rerunTags, type CodeSource } from '../client/source.ts'
import { connect } from './connect.ts'
import { pinnedVersion } from './pinned-version.ts'
import { mlflowFiles } from './mlflow-files.ts'

export interface RunRequest {
  readonly experiment: string
  readonly name?: string
  /** The dataset whose newest version the run is trained on. */
  readonly dataset?: string
  /** When that is not the newest one. */
  readonly datasetVersion?: number
  readonly params?: Readonly<Record<string, string | number | boolean>>
  readonly tags?: Readonly<Record<string, string>>
}

/** A run that is under way. */
export interface ActiveRun {
  readonly id: string
  logMetrics(metrics: Readonly<Record<string, number>>, step?: number): Promise<void>
  logParams(params: Readonly<Record<string, string | number | boolean>>): Promise<void>
  logArtifact(path: string, bytes: Uint8Array): Promise<Artifact>
  /** Keeps the model as ONNX with its signature, an example, and the rows it was not trained on. Returns the ONNX bytes. */
  logModel(
    model: TrainedModel,
    rows: { readonly train: Table; readonly test: Table },
  ): Promise<Uint8Array>
  end(status?: 'finished' | 'failed'): Promise<void>
}

/** Starts a run with what can be known of where it came from: code, data, environment. A script that dies leaves it failed. */
export async function startRun(request: RunRequest): Promise<ActiveRun> {
  const caller = await connect()
  const { name, params, tags } = request
  const experiment =
    process.env[counterfactualVariable] === undefined
      ? request.experiment
      : `${request.experiment} (counterfactuals)`
  const { source, patch } = await sourceOf(request.dataset, request.datasetVersion)
  const { run } = await caller.call(operations.runs.create, {
    experiment,
    source,
    ...(name === undefined ? {} : { name }),
    ...(params === undefined ? {} : { params }),
    tags: { ...tags, ...rerunTags(), ...attemptTags() },
  })
  let ended = false
  const end = async (status: 'finished' | 'failed' = 'finished'): Promise<void> => {
    ended = true
    await caller.call(operations.runs.end, { run: run.id, status })
  }
  endOnFailure(async () => {
    if (!ended) await end('failed')
  })

  const logArtifact = (path: string, bytes: Uint8Array): Promise<Artifact> =>
    caller.call(operations.runs.putArtifact, { run: run.id, path }, bytes)

  if (patch !== undefined) await logArtifact(uncommittedPath, patch)

  return {
    id: run.id,
    end,
    logArtifact,
    async logMetrics(metrics, step = 0) {
      const points = Object.entries(metrics).map(([key, value]) => ({ key, value, step }))
      await caller.call(operations.runs.log, { run: run.id, metrics: points })
    },
    async logParams(more) {
      await caller.call(operations.runs.log, { run: run.id, params: more })
    },
    async logModel(model, { train, test }) {
      const onnx = model.toOnnx()
      const inputExample = train.length > 0 ? exampleOf(train, model.label) : undefined
      const facts = { signature: model.signature(train), ...(inputExample ? { inputExample } : {}) }
      await logArtifact('model/model.onnx', onnx)
      await logArtifact('model/signature.json', Buffer.from(JSON.stringify(facts, null, 2)))
      for (const [path, content] of mlflowFiles(run.id, facts.signature)) {
        await logArtifact(`model/${path}`, Buffer.from(content))
      }
      await logArtifact(evaluationPath, await parquetBytes(test))
      return onnx
    },
  }
}

const failureHandlers: (() => Promise<void>)[] = []

/** A script that throws ends its runs as failed before the process goes. */
function endOnFailure(handler: () => Promise<void>): void {
  if (failureHandlers.length === 0) {
    const fail = (error: unknown): void => {
      process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
      void Promise.allSettled(failureHandlers.map((each) => each())).then(() => process.exit(1))
    }
    process.once('uncaughtException', fail)
    process.once('unhandledRejection', fail)
  }
  failureHandlers.push(handler)
}

async function sourceOf(
  dataset: string | undefined,
  version: number | undefined,
): Promise<CodeSource> {
  const stage = process.env.DVC_STAGE ?? process.env.TIDEMILL_STAGE
  const data = dataset === undefined ? undefined : await versionOf(dataset, version)
  const made = await codeSource()
  return {
    ...made,
    source: {
      ...made.source,
      ...(stage === undefined ? {} : { pipelineStage: stage }),
      ...(data === undefined
        ? {}
        : { dataset: data.dataset, datasetVersion: data.version, dataDigest: data.digest }),
    },
  }
}

async function versionOf(dataset: string, given: number | undefined) {
  const caller = await connect()
  const { dataset: found, versions } = await caller.call(operations.datasets.get, { name: dataset })
  const version = given ?? pinnedVersion(dataset)
  return version === undefined ? found.latest : versions.find((each) => each.version === version)
}

function exampleOf(table: Table, label: string) {
  const { [label]: _, ...rest } = cellsOf(rowAt(table, 0))
  return rest
}

async function parquetBytes(table: Table): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), 'tidemill-'))
  const query = openQuery()
  try {
    const file = join(folder, 'rows.parquet')
    await query.writeParquet(table, file)
    return await readFile(file)
  } finally {
    await query.close()
    await rm(folder, { recursive: true, force: true })
  }
}

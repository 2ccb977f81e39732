import { attachmentsFolder } from '../../borders/mlflow/attachments.ts'
import type { Json } from '../../json.ts'
import type { MlflowServer } from '../mlflow-server.ts'
import { MlflowRefusal } from '../mlflow-server.ts'
import {
  pairsOfTexts,
  type Files,
  type MlflowStore,
  type StoredModel,
  type StoredRun,
} from './mlflow-store.ts'
import { listFiles, readFileOf } from './stored-files.ts'

/** A store as if its server ran: what a copy asks of one, answered from what MLflow wrote. */
export function storeSource(store: MlflowStore): MlflowServer {
  /** Where the files of what was shown are; a copy asks for them right after. */
  const filesOf = new Map<string, Files>()

  async function* pagesOf(path: string, body: Json): AsyncGenerator<readonly Json[]> {
    switch (path) {
      case 'experiments/search': {
        const found = await store.experiments()
        yield found.map(({ id, name, tags }) => ({
          ...{ experiment_id: id, name, tags: pairsOfTexts(tags) },
        }))
        return
      }
      case 'runs/search':
        for (const experiment of body.experiment_ids as readonly string[]) {
          for await (const runs of store.runs(experiment)) {
            for (const { id, files } of runs) filesOf.set(id, files)
            yield runs.map(runJson)
          }
        }
        return
      case 'metrics/get-history':
        for await (const points of store.history(String(body.run_id), String(body.metric_key))) {
          yield points as unknown as readonly Json[]
        }
        return
      case 'logged-models/search':
        for (const experiment of body.experiment_ids as readonly string[]) {
          for await (const models of store.loggedModels(experiment)) {
            for (const { id, files } of models) filesOf.set(id, files)
            yield models.map(modelJson)
          }
        }
        return
      case '3.0/traces/search':
        for (const { mlflow_experiment: place } of body.locations as readonly {
          readonly mlflow_experiment: { readonly experiment_id: string }
        }[]) {
          yield* store.traces(place.experiment_id)
        }
        return
      case 'registered-models/search': {
        const wantsPrompts = String(body.filter ?? '') !== ''
        const all = await store.registeredModels()
        yield all.filter((model) => isPrompt(model) === wantsPrompts)
        return
      }
      case 'model-versions/search':
        yield await store.versions(nameIn(String(body.filter)))
        return
      default:
        throw new MlflowRefusal(404, `${store.name} ${path}`, '')
    }
  }

  async function get(path: string, query: Readonly<Record<string, string>> = {}): Promise<Json> {
    if (path === 'registered-models/get') {
      const model = (await store.registeredModels()).find(({ name }) => name === query.name)
      if (model) return { registered_model: model }
    }
    const folder = /^logged-models\/([^/]+)\/artifacts\/directories$/.exec(path)
    const owner = folder?.[1] ?? (path === 'artifacts/list' ? query.run_id : undefined)
    const files = owner === undefined ? undefined : filesOf.get(owner)
    if (files) {
      return { files: await listFiles(files, query.path ?? query.artifact_directory_path ?? '') }
    }
    throw new MlflowRefusal(404, `${store.name} ${path}`, '')
  }

  return {
    url: store.name,
    get,
    pages: (path, body) => pagesOf(path, body),
    // What a store tells of a model has all of its points.
    async *modelPoints() {},
    spans: (trace) => store.spans(trace),
    send: () => Promise.reject(new Error(`${store.name} is only read`)),
    sendSpans: () => Promise.reject(new Error(`${store.name} is only read`)),
    upload: () => Promise.reject(new Error(`${store.name} is only read`)),
    async download(path) {
      const { pathname, searchParams } = new URL(path, 'http://store')
      const trace = searchParams.get('request_id')
      const model = /\/logged-models\/([^/]+)\//.exec(pathname)?.[1]
      const named = searchParams.get('path') ?? searchParams.get('artifact_file_path') ?? ''
      const files =
        trace === null
          ? filesOf.get(model ?? searchParams.get('run_id') ?? '')
          : await store.traceFiles(trace)
      if (!files) throw new MlflowRefusal(404, `${store.name} ${path}`, '')
      return readFileOf(files, trace === null ? named : `${attachmentsFolder}/${named}`)
    },
  }
}

function runJson(run: StoredRun): Json {
  return {
    info: {
      run_id: run.id,
      status: run.status,
      artifact_uri: 'folder' in run.files ? run.files.folder : run.files.elsewhere,
      ...(run.name === undefined ? {} : { run_name: run.name }),
      ...(run.user === undefined ? {} : { user_id: run.user }),
      ...(run.start === undefined ? {} : { start_time: run.start }),
      ...(run.end === undefined ? {} : { end_time: run.end }),
    },
    data: {
      params: pairsOfTexts(run.params),
      tags: pairsOfTexts(run.tags),
      metrics: run.metrics.map((key) => ({ key })),
    },
    inputs: { dataset_inputs: run.datasets, model_inputs: run.models.inputs },
    outputs: { model_outputs: run.models.outputs },
  }
}

function modelJson(model: StoredModel): Json {
  return {
    info: {
      model_id: model.id,
      status: model.status,
      tags: pairsOfTexts(model.tags),
      ...(model.name === undefined ? {} : { name: model.name }),
      ...(model.type === undefined ? {} : { model_type: model.type }),
      ...(model.run === undefined ? {} : { source_run_id: model.run }),
    },
    data: { params: pairsOfTexts(model.params), metrics: model.metrics },
  }
}

function isPrompt({ tags }: Json): boolean {
  const pairs = (tags ?? []) as readonly { readonly key: string; readonly value: string }[]
  return pairs.some(({ key, value }) => key === 'mlflow.prompt.is_prompt' && value === 'true')
}

function nameIn(filter: string): string {
  return (/^name = '(.*)'$/s.exec(filter)?.[1] ?? '').replaceAll("''", "'")
}

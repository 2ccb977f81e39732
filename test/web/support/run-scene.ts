import { httpCaller, operations, type Caller } from '#contract'
import type { Loose } from '../../support/loose.ts'
import { artefacts, mlmodel, type Artefact } from './artefacts.ts'
import { sendTrace } from './send-trace.ts'

export interface RunScene {
  readonly caller: Caller
  readonly run: string
  readonly child: string
  readonly model: string
  readonly trace: string
}

/** A run with a file of each kind, metrics over steps, data sets, a logged model, a run under it, and a trace of many spans. */
export async function runScene(url: string, more: readonly Artefact[] = []): Promise<RunScene> {
  const caller = httpCaller({ url })
  const mlflow = async (method: string, path: string, body: unknown): Promise<Loose> => {
    const response = await fetch(`${url}/api/${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
    return (await response.json()) as Loose
  }
  const { run } = await caller.call(operations.runs.create, {
    experiment: 'segmentation',
    name: 'careful-heron',
    params: { ...parameters(), optimizer: 'adam', 'augment.flip': true },
    tags: {
      team: 'vision',
      'mlflow.note.content':
        '## Second try\n\nThe **learning rate** halves each ten epochs.\n\n| set | rows |\n|---|---|\n| train | 1200 |\n| test | 300 |',
      'mlflow.source.name': 'train.py',
      'mlflow.source.git.commit': '9f3c1aab20de',
    },
    source: { environment: { python: '3.11.2', torch: '2.6.0' } },
  })
  await caller.call(operations.runs.log, { run: run.id, metrics: [...curves()] })
  const { run: child } = await caller.call(operations.runs.create, {
    experiment: 'segmentation',
    name: 'fold-1',
    tags: { 'mlflow.parentRunId': run.id },
  })
  await caller.call(operations.runs.end, { run: child.id })
  await mlflow('POST', '2.0/mlflow/runs/log-inputs', {
    run_id: run.id,
    datasets: [
      {
        tags: [{ key: 'mlflow.data.context', value: 'training' }],
        dataset: {
          name: 'scenes',
          digest: 'a1b2c3d4',
          source_type: 'local',
          source: '{"uri": "scenes.parquet"}',
          schema: '{"mlflow_colspec": [{"type": "double", "name": "glucose", "required": true}]}',
          profile: '{"num_rows": 1200, "num_elements": 9600}',
        },
      },
    ],
  })
  const made = await mlflow('POST', '2.0/mlflow/logged-models', {
    experiment_id: run.experimentId,
    name: 'unet',
    model_type: 'segmenter',
    source_run_id: run.id,
    params: [{ key: 'depth', value: '4' }],
  })
  const model = String(made.model.info.model_id)
  await mlflow('PATCH', `2.0/mlflow/logged-models/${model}`, {
    model_id: model,
    status: 'LOGGED_MODEL_READY',
  })
  await mlflow('POST', '2.0/mlflow/runs/log-batch', {
    run_id: run.id,
    metrics: [
      {
        key: 'iou',
        value: 0.83,
        timestamp: Date.now(),
        step: 200,
        model_id: model,
        dataset_name: 'scenes',
        dataset_digest: 'a1b2c3d4',
      },
    ],
  })
  await mlflow('POST', '2.0/mlflow/runs/outputs', {
    run_id: run.id,
    models: [{ model_id: model, step: 0 }],
  })
  for (const { path, body } of [...artefacts(), ...more]) {
    await caller.call(operations.runs.putArtifact, { run: run.id, path }, body)
  }
  for (const [path, body] of [
    ['MLmodel', mlmodel],
    ['requirements.txt', 'mlflow==3.17.2\nscikit-learn==1.7.0\n'],
  ] as const) {
    const address = `${url}/api/2.0/mlflow-artifacts/artifacts/${run.experimentId}/models/${model}/artifacts/${path}`
    await fetch(address, { method: 'PUT', body })
  }
  await sendPrompt(mlflow)
  const trace = await sendTrace(url, run.experimentId, run.id)
  return { caller, run: run.id, child: child.id, model, trace }
}

type Ask = (method: string, path: string, body: unknown) => Promise<Loose>

/** Two versions of a text, the first under an alias. */
async function sendPrompt(mlflow: Ask): Promise<void> {
  const isPrompt = { key: 'mlflow.prompt.is_prompt', value: 'true' }
  await mlflow('POST', '2.0/mlflow/registered-models/create', {
    name: 'greeting',
    tags: [isPrompt],
  })
  for (const [description, text] of [
    ['first', 'You are a guide.\nGreet {{name}} in one line.\nBe brief.'],
    ['warmer', 'You are a guide.\nGreet {{name}} from {{place}} warmly.\nBe brief.'],
  ]) {
    await mlflow('POST', '2.0/mlflow/model-versions/create', {
      name: 'greeting',
      description,
      source: 'prompt',
      tags: [isPrompt, { key: 'mlflow.prompt.text', value: text }],
    })
  }
  await mlflow('POST', '2.0/mlflow/registered-models/alias', {
    name: 'greeting',
    alias: 'production',
    version: '1',
  })
}

function parameters(): Record<string, string | number> {
  return Object.fromEntries(
    Array.from({ length: 30 }, (_, i) => [`layer_${i}.width`, 16 * (1 + (i % 8))]),
  )
}

function* curves() {
  const from = Date.now() - 200_000
  for (let step = 0; step < 200; step++) {
    const time = from + step * 1000
    const wave = Math.sin(step / 9)
    yield { key: 'loss', value: 2 * Math.exp(-step / 60) + 0.05 * wave, step, time }
    yield { key: 'accuracy', value: 0.95 - 0.6 * Math.exp(-step / 50), step, time }
    yield { key: 'lr', value: 0.001 * 0.5 ** Math.floor(step / 40), step, time }
    yield { key: 'system/cpu_utilization_percentage', value: 60 + 20 * wave, step, time }
    yield { key: 'system/system_memory_usage_megabytes', value: 4000 + step * 3, step, time }
  }
}

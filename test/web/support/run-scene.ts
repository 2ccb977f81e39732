import { httpCaller, operations, type Caller } from '#contract'
import type { Loose } from '../../support/loose.ts'
import { pdfBytes, pngBytes, waveBytes } from './media.ts'

export interface RunScene {
  readonly caller: Caller
  readonly run: string
  readonly child: string
  readonly model: string
  readonly trace: string
}

/** The text of an HTML file that would say so if it ran. */
const hostilePage = `<h1 id="title">Confusion</h1><p>Two classes.</p>
<style>h1 { color: rgb(11, 98, 107) }</style>
<script>document.getElementById('title').textContent = 'It ran'; parent.document.title = 'It ran'</script>
<img src="x" onerror="document.getElementById('title').textContent = 'It ran'">`

const mlmodel = `artifact_path: model
flavors:
  python_function:
    loader_module: mlflow.sklearn
    python_version: 3.11.2
  sklearn:
    pickled_model: model.pkl
mlflow_version: 3.17.2
run_id: abc
signature:
  inputs: '[{"type": "double", "name": "glucose", "required": true}, {"type": "long", "name": "age", "required": false}]'
  outputs: '[{"type": "tensor", "tensor-spec": {"dtype": "int64", "shape": [-1]}}]'
  params: null
utc_time_created: '2026-11-27 12:00:00'
`

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

export interface Artefact {
  readonly path: string
  readonly body: Uint8Array
}

function artefacts(): readonly Artefact[] {
  const text = (path: string, content: string): Artefact => ({ path, body: Buffer.from(content) })
  const rows = Array.from({ length: 5000 }, (_, i) => `${i},${(i * 0.37).toFixed(2)},row ${i}`)
  const columns = ['image', 'label', 'score']
  const data = Array.from({ length: 300 }, (_, i) => [`scene-${i}.png`, i % 3, i / 300])
  return [
    { path: 'plots/curve.png', body: pngBytes(320, 200) },
    text(
      'plots/mark.svg',
      '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><script>document.title="It ran"</script><circle cx="5" cy="5" r="4" fill="teal"/></svg>',
    ),
    text('tables/predictions.csv', `id,value,name\n${rows.join('\n')}\n`),
    text('tables/broken.csv', 'a,b\n1,2\n3\n'),
    text('tables/logged.json', JSON.stringify({ columns, data })),
    text('report.html', hostilePage),
    text('notes/readme.md', '# Notes\n\nA *short* text.'),
    text(
      'train.py',
      '# trains it\nimport torch\n\ndef train(epochs=10):\n    return "done", epochs\n',
    ),
    text('config.json', JSON.stringify({ model: { depth: 4, heads: [1, 2, 3] }, seed: 7 })),
    text('weights.bin', 'not for looking at'),
    { path: 'paper.pdf', body: pdfBytes('Segmentation in brief') },
    { path: 'sound/tone.wav', body: waveBytes(1) },
    text('model/MLmodel', mlmodel),
    ...Array.from({ length: 60 }, (_, i) => text(`checkpoints/epoch-${i}.txt`, `epoch ${i}`)),
    ...[0, 10, 20].flatMap((step) =>
      ['mask', 'overlay#left'].map((key) => ({
        path: `images/${key}+step+${step}+timestamp+1700000000${step}+id${step}.png`,
        body: pngBytes(160, 120, step),
      })),
    ),
  ]
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

/** A question answered in 2,003 spans: one chain with a tool, a model that failed, and two thousand small steps. */
async function sendTrace(url: string, experiment: string, run: string): Promise<string> {
  const id = '0af7651916cd43dd8448eb211c80319c'
  const begin = BigInt(Date.now()) * 1_000_000n
  const hex = (number: number): string => number.toString(16).padStart(16, '0')
  const value = (content: unknown) => ({ stringValue: JSON.stringify(content) })
  const span = (number: number, name: string, at: number, took: number, rest: object) => ({
    traceId: id,
    spanId: hex(number),
    name,
    startTimeUnixNano: String(begin + BigInt(Math.round(at * 1e6))),
    endTimeUnixNano: String(begin + BigInt(Math.round((at + took) * 1e6))),
    ...rest,
  })
  const attributes = (fields: Readonly<Record<string, unknown>>) =>
    Object.entries(fields).map(([key, content]) => ({ key, value: value(content) }))
  const spans = [
    span(1, 'answer', 0, 2400, {
      attributes: attributes({
        'mlflow.spanType': 'CHAIN',
        'mlflow.spanInputs': { question: 'Which scenes are the hardest?' },
        'mlflow.spanOutputs': 'Those at night.',
      }),
      status: { code: 1 },
    }),
    span(2, 'search scenes', 20, 700, {
      parentSpanId: hex(1),
      attributes: attributes({ 'mlflow.spanType': 'RETRIEVER', 'mlflow.spanInputs': { top: 5 } }),
      events: [
        {
          name: 'index opened',
          timeUnixNano: String(begin + 40_000_000n),
          attributes: attributes({ size: 1200 }),
        },
      ],
      status: { code: 1 },
    }),
    span(3, 'ask the model', 730, 1500, {
      parentSpanId: hex(1),
      attributes: attributes({
        'mlflow.spanType': 'LLM',
        'mlflow.chat.tokenUsage': { input_tokens: 812, output_tokens: 64, total_tokens: 876 },
        temperature: 0.2,
      }),
      events: [
        {
          name: 'exception',
          timeUnixNano: String(begin + 2_200_000_000n),
          attributes: [
            { key: 'exception.type', value: { stringValue: 'TimeoutError' } },
            { key: 'exception.message', value: { stringValue: 'the model did not answer' } },
          ],
        },
      ],
      status: { code: 2, message: 'the model did not answer' },
    }),
    ...Array.from({ length: 2000 }, (_, i) =>
      span(10 + i, `step ${i}`, 740 + i * 0.7, 0.6, { parentSpanId: hex(3), status: { code: 1 } }),
    ),
  ]
  const sent = await fetch(`${url}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-mlflow-experiment-id': experiment },
    body: JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] }),
  })
  if (!sent.ok) throw new Error(`spans: ${sent.status} ${await sent.text()}`)
  const told = await fetch(`${url}/api/3.0/mlflow/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      trace: {
        trace_info: {
          trace_id: `tr-${id}`,
          trace_location: {
            type: 'MLFLOW_EXPERIMENT',
            mlflow_experiment: { experiment_id: experiment },
          },
          request_time: new Date(Number(begin / 1_000_000n)).toISOString(),
          execution_duration: '2.4s',
          state: 'ERROR',
          request_preview: 'Which scenes are the hardest?',
          response_preview: 'Those at night.',
          trace_metadata: {
            'mlflow.sourceRun': run,
            'mlflow.trace.tokenUsage':
              '{"input_tokens": 812, "output_tokens": 64, "total_tokens": 876}',
          },
          tags: { 'mlflow.traceName': 'answer' },
        },
      },
    }),
  })
  if (!told.ok) throw new Error(`trace: ${told.status} ${await told.text()}`)
  return `tr-${id}`
}

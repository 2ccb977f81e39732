import assert from 'node:assert/strict'
import { mlflowPost } from './mlflow-post.ts'

/** What mlflow 3.17.2 writes of a model that was logged with an example and with what it can be told. */
export const mlmodelWithExample = `flavors:
  python_function:
    loader_module: mlflow.pyfunc.model
    python_model: python_model.pkl
mlflow_version: 3.17.2
saved_input_example_info:
  artifact_path: input_example.json
  pandas_orient: split
  params: 'true'
  serving_input_path: serving_input_example.json
  type: dataframe
signature:
  inputs: '[{"type": "double", "name": "glucose", "required": true}, {"type": "string", "name": "ward", "required": false}]'
  outputs: '[{"type": "long", "name": "risk", "required": true}]'
  params: '[{"name": "threshold", "default": 0.7, "shape": null, "type": "double"}]'
`

export const inputExample = {
  inputs: {
    columns: ['glucose', 'ward'],
    data: [
      [140.5, 'north'],
      [92, null],
    ],
  },
  params: { threshold: 0.7 },
}

/** A model as MLflow's client logs one, with these files. */
export async function loggedModel(
  server: { readonly url: string },
  files: Readonly<Record<string, string>>,
): Promise<string> {
  const { experiment_id: experiment } = await mlflowPost(server, 'experiments/create', {
    name: `wards ${Object.keys(files).join(' ')}`,
  })
  const made = await mlflowPost(server, 'logged-models', {
    ...{ experiment_id: experiment, name: 'ward-risk' },
  })
  const id = String(made.model.info.model_id)
  for (const [path, body] of Object.entries(files)) {
    const address = `${server.url}/api/2.0/mlflow-artifacts/artifacts/${experiment}/models/${id}/artifacts/${path}`
    assert.equal((await fetch(address, { method: 'PUT', body })).status, 200)
  }
  return id
}

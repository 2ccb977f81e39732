import type { Signature } from '#contract'

/** The versions that a Python which loads the model gets when it makes an environment for it. */
const onnx = '1.19.0'
const onnxruntime = '1.23.0'
const python = '3.11.0'

/** As the ONNX file takes them. */
const tensorTypes = {
  number: 'float32',
  integer: 'float32',
  boolean: 'float32',
  string: 'str',
} as const

/** What lies beside an ONNX file so that MLflow's own loader takes the folder: by name, its text. */
export function mlflowFiles(run: string, signature: Signature): readonly [string, string][] {
  const requirements = `mlflow\nonnx>=${onnx}\nonnxruntime>=${onnxruntime}\n`
  return [
    ['MLmodel', mlmodel(run, signature)],
    ['requirements.txt', requirements],
    ['python_env.yaml', `python: ${python}\ndependencies:\n- -r requirements.txt\n`],
    [
      'conda.yaml',
      `channels:\n- conda-forge\ndependencies:\n- python=${python}\n- pip\n- pip:\n  - -r requirements.txt\nname: mlflow-env\n`,
    ],
  ]
}

function mlmodel(run: string, { inputs }: Signature): string {
  // Tensors by name, though they are columns: for columns, MLflow's loader expects all answers to be of one length.
  const tensors = inputs.map(({ name, type }) => ({
    name,
    type: 'tensor',
    'tensor-spec': { dtype: tensorTypes[type], shape: [-1] },
  }))
  return [
    'artifact_path: model',
    'flavors:',
    '  onnx:',
    '    code: null',
    '    data: model.onnx',
    `    onnx_version: ${onnx}`,
    '    providers:',
    '    - CPUExecutionProvider',
    '  python_function:',
    '    data: model.onnx',
    '    env:',
    '      conda: conda.yaml',
    '      virtualenv: python_env.yaml',
    '    loader_module: mlflow.onnx',
    `    python_version: ${python}`,
    `run_id: ${run}`,
    'signature:',
    // JSON inside of YAML, which a text in single quotes holds as it is.
    `  inputs: '${JSON.stringify(tensors).replaceAll("'", "''")}'`,
    '  outputs: null',
    '  params: null',
    '',
  ].join('\n')
}

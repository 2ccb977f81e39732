import { fieldsOfMlmodel } from './mlmodel-text.ts'

interface Flavor {
  readonly data?: unknown
  readonly loader_module?: unknown
}

/** The ONNX file that all of MLflow's loaders take from the folder of an MLmodel; undefined where one of them takes something else. */
export function onnxFileOf(mlmodel: string): string | undefined {
  const { onnx, python_function: any } = flavorsOf(mlmodel)
  if (typeof onnx?.data !== 'string') return undefined
  const isSame = !any || (any.loader_module === 'mlflow.onnx' && any.data === onnx.data)
  return isSame ? onnx.data : undefined
}

function flavorsOf(mlmodel: string): Readonly<Record<string, Flavor | null | undefined>> {
  return (fieldsOfMlmodel(mlmodel).flavors ?? {}) as Readonly<Record<string, Flavor | null>>
}

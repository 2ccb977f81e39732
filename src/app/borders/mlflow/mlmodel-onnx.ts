import { parse } from 'yaml'

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
  try {
    const read = parse(mlmodel, { maxAliasCount: 0, logLevel: 'silent' }) as {
      readonly flavors?: Readonly<Record<string, Flavor | null>> | null
    } | null
    return read?.flavors ?? {}
  } catch {
    return {}
  }
}

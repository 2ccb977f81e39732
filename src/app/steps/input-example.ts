import { isDigest, type Artifact } from '#contract'
import { exampleFileOf } from '../borders/mlflow/mlmodel-example.ts'
import type { Rooms } from '../rooms.ts'
import { descriptionOf } from './model-files.ts'

/** An example is a few rows; what is larger is a file to open. */
const mostExample = 256 << 10

export interface InputExample {
  /** The file it is in, beside the MLmodel. */
  readonly exampleFile?: string
  /** What it holds; absent where it is large, kept elsewhere or no JSON. */
  readonly inputExample?: unknown
}

/** The input example that a model was logged with. */
export async function inputExampleOf(
  rooms: Rooms,
  mlmodel: string,
  files: readonly Artifact[],
): Promise<InputExample> {
  const file = files.find(({ path }) => path === exampleFileOf(mlmodel))
  if (!file) return {}
  const exampleFile = file.path
  if (!isDigest(file.digest) || file.size > mostExample) return { exampleFile }
  try {
    const inputExample: unknown = JSON.parse(await descriptionOf(rooms, file))
    return { exampleFile, inputExample }
  } catch (error) {
    if (error instanceof SyntaxError) return { exampleFile }
    throw error
  }
}

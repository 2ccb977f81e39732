import { text } from 'node:stream/consumers'
import { spansFile, spansIn } from '../../borders/mlflow/span-file.ts'
import type { Json } from '../../json.ts'
import type { Files } from './mlflow-store.ts'
import { findFileOf } from './stored-files.ts'

/** The spans that clients wrote into a file, where they are not in the database. */
export async function spansOfFiles(files: Files | undefined): Promise<readonly Json[]> {
  const file = files && (await findFileOf(files, spansFile))
  return file ? spansIn(await text(file)) : []
}

import { TidemillError, type Digest, type ModelVersion } from '#contract'
import type { OfflineModel } from '#serving'
import { drop, type Table } from '#table'
import type { Rooms } from '../rooms.ts'
import { evaluationRows, type EvaluationRows } from './evaluation-rows.ts'

/** What the checks of one version look at. Each part is loaded when a check first asks for it, once for all of them. */
export interface GateSubject {
  readonly version: ModelVersion
  model(): Promise<OfflineModel>
  /** The features of the rows the version was trained and tested on. */
  rows(): Promise<Table>
  /** Those of its rows that it was not trained on, if its run kept them. */
  held(): Promise<EvaluationRows | undefined>
  /** What the alias names now, if it is another version. */
  champion(): Promise<{ readonly version: ModelVersion; readonly model: OfflineModel } | undefined>
  close(): Promise<void>
}

export async function openSubject(
  rooms: Rooms,
  name: string,
  number: number,
  alias: string,
): Promise<GateSubject> {
  const version = await rooms.registry.version(name, number)
  const opened: OfflineModel[] = []
  const open = async (of: ModelVersion): Promise<OfflineModel> => {
    if (of.format !== 'onnx') throw new Error('its files are not ONNX, so it cannot be asked here')
    const model = await rooms.serving.offline(of.digest as Digest, of.signature)
    opened.push(model)
    return model
  }
  return {
    version,
    model: once(() => open(version)),
    rows: once(async () => {
      const { dataset, datasetVersion } = version
      if (dataset === undefined) {
        const problem = `Version ${number} of ${name} does not name the data it was trained on, so its gate cannot look at them.`
        throw new TidemillError('conflict', { problem })
      }
      const rows = await rooms.lake.table(dataset, datasetVersion)
      const { label } = await rooms.lake.get(dataset)
      return label === undefined ? rows : drop(rows, [label])
    }),
    held: once(() => evaluationRows(rooms, version)),
    champion: once(async () => {
      const current = await rooms.registry.aliased(name, alias)
      if (!current || current.version === number) return undefined
      return { version: current, model: await open(current) }
    }),
    async close() {
      for (const model of opened) await model.close()
    },
  }
}

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let done: Promise<T> | undefined
  return () => (done ??= work())
}

import { Readable } from 'node:stream'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { trainModel, type TrainedModel } from '#learn'
import { openServing, servingMigrations, type InputRow, type Serving } from '#serving'
import { openFolderObjects, openSqlite, systemClock, type Metadata, type ObjectStore } from '#store'
import { numberColumn, rowsOf, stringColumn, tableOf, type Table } from '#table'
import { temporaryFolder } from '../../support/home.ts'

export interface TestServing {
  readonly serving: Serving
  readonly metadata: Metadata
  readonly objects: ObjectStore
  /** What the alias of every endpoint names from now on, or of those alone that follow the model of this name. */
  name(model: TestModel, of?: string): void
  /** Another process on the same database. */
  another(): Promise<Serving>
}

export interface TestModel {
  readonly version: number
  readonly trained: TrainedModel
  readonly rows: Table
  readonly background?: () => Promise<readonly InputRow[]>
}

/** A model of so many numbers; the answer is `high` where they are. */
export function testModel(version: number, features = 2, flip = false): TestModel {
  const names = Array.from({ length: features }, (_, i) => `x${i}`)
  const values = [1, 2, 8, 9]
  const labels = flip ? ['high', 'high', 'low', 'low'] : ['low', 'low', 'high', 'high']
  const rows = tableOf([
    ...names.map((name) => numberColumn(name, values)),
    stringColumn('y', labels),
  ])
  const trained = trainModel(rows, { label: 'y', estimator: 'knn', params: { neighbors: 1 } })
  return { version, trained, rows }
}

/** One whose bytes are no model. */
export function tornModel(version: number): TestModel {
  const whole = testModel(version)
  return { ...whole, trained: { ...whole.trained, toOnnx: () => new Uint8Array([1, 2, version]) } }
}

export async function openTestServing(t: TestContext): Promise<TestServing> {
  const folder = await temporaryFolder(t)
  const metadata = await openSqlite({ file: join(folder, 'metadata.db') })
  await metadata.migrate(servingMigrations)
  const objects = await openFolderObjects(join(folder, 'objects'))
  const named = new Map<string, TestModel>()
  const open = () =>
    openServing({
      metadata,
      objects,
      clock: systemClock,
      async resolveModel(model) {
        const found = named.get(model) ?? named.get('*')
        if (!found) return undefined
        const { version, trained, rows } = found
        const { digest } = await objects.put(Readable.from([trained.toOnnx()]))
        const signature = trained.signature(rows)
        const background = (await Promise.resolve(rowsOf(rows))) as readonly InputRow[]
        return {
          version,
          digest,
          signature,
          background: found.background ?? (() => Promise.resolve(background)),
        }
      },
    })
  const opened: Serving[] = [await open()]
  t.after(async () => {
    for (const each of opened) await each.close()
    await metadata.close()
  })
  return {
    serving: opened[0] as Serving,
    metadata,
    objects,
    name: (model, of = '*') => void named.set(of, model),
    async another() {
      const made = await open()
      opened.push(made)
      return made
    },
  }
}

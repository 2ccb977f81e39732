import { sql, type Kysely, type Selectable } from 'kysely'
import { newId, TidemillError, type LabelQueue, type LabelTask, type Prediction } from '#contract'
import type { Clock, Metadata } from '#store'
import { consensus } from './consensus.ts'
import type { LabelingTables } from './tables.ts'
import { uncertainty } from './uncertainty.ts'

export interface QueueDescription {
  readonly name: string
  readonly endpoint: string
  readonly dataset: string
  readonly below: number
  readonly annotators: number
  readonly classes: LabelQueue['classes']
}

/** Rows that people are asked to label, because the model is least sure of them. */
export interface Labeling {
  /** Makes a queue or changes it; tasks it holds stay. */
  declare(queue: QueueDescription): Promise<void>
  queues(): Promise<readonly LabelQueue[]>
  queue(name: string): Promise<LabelQueue>
  /** Takes the ambiguous ones among these predictions in; each prediction once. Returns how many were new. */
  offer(queue: string, predictions: readonly Prediction[]): Promise<number>
  /** The least sure first; without those `by` has labelled already when `state` is waiting. */
  tasks(
    queue: string,
    options?: {
      readonly state?: LabelTask['state']
      readonly by?: string
      readonly limit?: number
    },
  ): Promise<readonly LabelTask[]>
  annotate(queue: string, task: string, label: string, by: string): Promise<LabelTask>
  undo(queue: string, task: string, by: string): Promise<LabelTask>
  /** Notes that these labelled tasks are in a version of the dataset, in the transaction that adds it. */
  commit<Tables>(
    queue: string,
    tasks: readonly string[],
    datasetVersion: number,
    tx: Kysely<Tables>,
  ): Promise<void>
}

/** A statement takes so many values at most. */
const tasksAtOnce = 1000
// Not by the builder, whose variables a database counts: a window may have thousands of doubtful rows.
const insertTask = `insert into label_tasks
  (id, queue, prediction, features, suggestion, probability, doubt, created_at, state, label, dataset_version)
  values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (queue, prediction) do nothing`

export function openLabeling(metadata: Metadata, clock: Clock): Labeling {
  const database = metadata.tables<LabelingTables>()

  async function queueRow(name: string): Promise<Selectable<LabelingTables['label_queues']>> {
    const row = await database
      .selectFrom('label_queues')
      .selectAll()
      .where('name', '=', name)
      .executeTakeFirst()
    if (!row) throw new TidemillError('not_found', { kind: 'label queue', name })
    return row
  }

  async function queueRecord(row: Selectable<LabelingTables['label_queues']>): Promise<LabelQueue> {
    const counts = await database
      .selectFrom('label_tasks')
      .select(['state', (select) => select.fn.countAll<number>().as('count')])
      .where('queue', '=', row.name)
      .groupBy('state')
      .execute()
    const count = (state: LabelTask['state']): number =>
      Number(counts.find((each) => each.state === state)?.count ?? 0)
    return {
      name: row.name,
      endpoint: row.endpoint,
      dataset: row.dataset,
      below: row.below,
      annotators: row.annotators,
      classes: JSON.parse(row.classes) as LabelQueue['classes'],
      waiting: count('waiting'),
      labelled: count('labelled') + count('committed'),
      disputed: count('disputed'),
      uncommitted: count('labelled'),
      createdAt: row.created_at,
    }
  }

  async function taskRecords(
    from: Kysely<LabelingTables>,
    rows: readonly Selectable<LabelingTables['label_tasks']>[],
  ): Promise<readonly LabelTask[]> {
    if (rows.length === 0) return []
    const annotations = await from
      .selectFrom('label_annotations')
      .selectAll()
      .where(
        'task',
        'in',
        rows.map((row) => row.id),
      )
      .orderBy('created_at')
      .execute()
    return rows.map((row) => ({
      id: row.id,
      queue: row.queue,
      prediction: row.prediction,
      features: JSON.parse(row.features) as LabelTask['features'],
      suggestion: row.suggestion,
      probability: row.probability,
      state: row.state,
      annotations: annotations
        .filter((each) => each.task === row.id)
        .map((each) => ({ who: each.who, label: each.label, time: each.created_at })),
      ...(row.label === null ? {} : { label: row.label }),
      createdAt: row.created_at,
    }))
  }

  /** Changes one task's annotations and settles its state, all in one transaction. */
  async function change(
    queue: string,
    task: string,
    edit: (tx: Kysely<LabelingTables>) => Promise<void>,
  ): Promise<LabelTask> {
    const { annotators } = await queueRow(queue)
    return metadata.transaction<LabelingTables, LabelTask>(async (tx) => {
      const row = await tx
        .selectFrom('label_tasks')
        .selectAll()
        .where('id', '=', task)
        .where('queue', '=', queue)
        .executeTakeFirst()
      if (!row) throw new TidemillError('not_found', { kind: 'label task', name: task })
      if (row.state === 'committed') {
        throw new TidemillError('conflict', {
          problem: `Task ${task} is in version ${row.dataset_version} of the dataset already.`,
        })
      }
      await edit(tx)
      const votes = await tx
        .selectFrom('label_annotations')
        .select('label')
        .where('task', '=', task)
        .execute()
      const settled = consensus(
        votes.map((vote) => vote.label),
        annotators,
      )
      const after = {
        ...row,
        state: settled.state,
        label: settled.state === 'labelled' ? settled.label : null,
      }
      await tx
        .updateTable('label_tasks')
        .set({ state: after.state, label: after.label })
        .where('id', '=', task)
        .execute()
      const [record] = await taskRecords(tx, [after])
      if (!record) throw new TidemillError('not_found', { kind: 'label task', name: task })
      return record
    })
  }

  return {
    async declare(queue) {
      const row = {
        endpoint: queue.endpoint,
        dataset: queue.dataset,
        below: queue.below,
        annotators: queue.annotators,
        classes: JSON.stringify(queue.classes),
      }
      await database
        .insertInto('label_queues')
        .values({ name: queue.name, created_at: clock.now(), ...row })
        .onConflict((conflict) => conflict.column('name').doUpdateSet(row))
        .execute()
    },

    async queues() {
      const rows = await database.selectFrom('label_queues').selectAll().orderBy('name').execute()
      return Promise.all(rows.map(queueRecord))
    },

    async queue(name) {
      return queueRecord(await queueRow(name))
    },

    async offer(name, predictions) {
      const { below } = await queueRow(name)
      const rows = predictions.flatMap((prediction) => {
        const probabilities = prediction.probabilities ?? {}
        const probability = probabilities[prediction.prediction]
        if (probability === undefined || probability >= below) return []
        return [
          [
            newId(clock.now()),
            name,
            prediction.id,
            JSON.stringify(prediction.features),
            prediction.prediction,
            probability,
            uncertainty(Object.values(probabilities)) ?? 0,
            clock.now(),
            'waiting',
            null,
            null,
          ],
        ]
      })
      return rows.length === 0 ? 0 : metadata.execute(insertTask, rows)
    },

    async tasks(name, options = {}) {
      await queueRow(name)
      const state = options.state ?? 'waiting'
      let select = database
        .selectFrom('label_tasks')
        .selectAll()
        .where('queue', '=', name)
        .where('state', '=', state)
        .orderBy(sql`doubt`, 'desc')
        .orderBy('id')
        .limit(options.limit ?? 100)
      const { by } = options
      if (state === 'waiting' && by !== undefined) {
        select = select.where((where) =>
          where.not(
            where.exists(
              where
                .selectFrom('label_annotations')
                .select('task')
                .whereRef('label_annotations.task', '=', 'label_tasks.id')
                .where('who', '=', by),
            ),
          ),
        )
      }
      return taskRecords(database, await select.execute())
    },

    annotate: (queue, task, label, by) =>
      change(queue, task, async (tx) => {
        const { classes } = await queueRow(queue)
        const known = (JSON.parse(classes) as LabelQueue['classes']).map((each) => each.value)
        if (known.length > 0 && !known.includes(label)) {
          throw new TidemillError('bad_request', {
            problem: `"${label}" is no class of ${queue}; there are ${known.join(', ')}.`,
          })
        }
        await tx
          .insertInto('label_annotations')
          .values({ task, who: by, label, created_at: clock.now() })
          .onConflict((conflict) =>
            conflict.columns(['task', 'who']).doUpdateSet({ label, created_at: clock.now() }),
          )
          .execute()
      }),

    undo: (queue, task, by) =>
      change(queue, task, async (tx) => {
        await tx
          .deleteFrom('label_annotations')
          .where('task', '=', task)
          .where('who', '=', by)
          .execute()
      }),

    async commit(queue, tasks, datasetVersion, tx) {
      const into = tx as unknown as Kysely<LabelingTables>
      for (let at = 0; at < tasks.length; at += tasksAtOnce) {
        const some = tasks.slice(at, at + tasksAtOnce)
        await into
          .updateTable('label_tasks')
          .set({ state: 'committed', dataset_version: datasetVersion })
          .where('queue', '=', queue)
          .where('state', '=', 'labelled')
          .where('id', 'in', some)
          .execute()
      }
    },
  }
}

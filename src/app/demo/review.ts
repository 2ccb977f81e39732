import { type Caller, operations } from '#contract'
import { type Scene, until } from './scene.ts'

export async function review({ caller, names, story }: Scene): Promise<void> {
  const tasks = await mostDoubtful(caller, names.queue, 60)
  // The demonstration knows the truth of each row it sent: it plays the person.
  for (const task of tasks) {
    const { prediction } = await caller.call(operations.endpoints.prediction, {
      id: task.prediction,
    })
    if (prediction.label === undefined) continue
    await caller.call(operations.labels.annotate, {
      name: names.queue,
      task: task.id,
      label: prediction.label,
    })
  }
  const { version, rows } = await caller.call(operations.labels.commit, { name: names.queue })
  story.push(
    `${rows} ambiguous answers were labelled and are in version ${version?.version} of the data.`,
  )
}

/** The answers the model was least sure of, the same ones each time: equal doubt is told apart by the rows themselves. */
async function mostDoubtful(caller: Caller, name: string, count: number) {
  const waiting = async () =>
    (await caller.call(operations.labels.tasks, { name, limit: 1000 })).tasks
  let tasks = await waiting()
  // The queue fills behind the answers.
  await until(async () => {
    const before = tasks.length
    await new Promise((next) => setTimeout(next, 300))
    tasks = await waiting()
    return tasks.length === before && before >= count
  }, `${count} answers wait in ${name}`)
  const keyOf = (task: (typeof tasks)[number]): string => JSON.stringify(task.features)
  return tasks
    .toSorted((a, b) => a.probability - b.probability || (keyOf(a) < keyOf(b) ? -1 : 1))
    .slice(0, count)
}

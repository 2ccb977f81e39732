// A program that trains, as a user would write it: `node training-process.ts HOW --lr 0.1`.
import { connect } from '../../../src/app/client/index.ts'

const [how = ''] = process.argv.slice(2)
const client = await connect({
  onProblem: (problem) => process.stdout.write(`problem: ${problem}\n`),
})
const run = await client.startRun({
  experiment: 'from node',
  name: how,
  autolog: { argv: true, env: ['SEED'], resources: 20 },
})
for (let step = 0; step < 2500; step++) run.logMetrics({ loss: 1 / (step + 1) }, step)
run.logMetrics({ odd: NaN }, 2499)
run.logParams({ model: 'knn' })
run.setTags({ team: 'a' })
await run.logArtifact('notes/a.txt', 'hello')
process.stdout.write('logged\n')
if (how === 'exit') {
  await new Promise((resolve) => setTimeout(resolve, 1500))
  run.logMetrics({ last: 1 }, 2500)
  process.exit(0)
}
if (how === 'throw') {
  await run.flush()
  run.logMetrics({ last: 1 }, 2500)
  throw new Error('the training failed')
}
if (how === 'signal') setInterval(() => undefined, 1000)
if (how === 'end') await run.end()

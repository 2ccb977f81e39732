import { loadParams, readTable, trainTestSplit, writeTable } from 'tidemill'

const { base, split_data: split } = await loadParams()
const table = await readTable('data/processed/diabetes.csv')
const { train, test } = trainTestSplit(table, {
  label: base.target,
  testShare: split.test_size,
  seed: base.random_state,
})
await writeTable(train, 'data/split/train.csv')
await writeTable(test, 'data/split/test.csv')
console.log(`${train.length} rows to train on, ${test.length} to test with`)

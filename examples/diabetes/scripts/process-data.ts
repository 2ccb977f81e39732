// The newest version of the dataset, cleaned as tidemill.yaml says, as a file for the stages that follow.
import { loadDataset, loadParams, writeTable } from 'tidemill'

const { base } = await loadParams()
const table = await loadDataset(base.dataset)
await writeTable(table, 'data/processed/diabetes.csv')
console.log(`${table.length} rows`)

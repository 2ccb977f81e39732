import { Command } from 'commander'
import {
  datasetRows,
  downloadDataset,
  listDatasets,
  profileDataset,
  queryDatasets,
  showDataset,
} from '../data/read-commands.ts'
import {
  diffDatasets,
  importDataset,
  removeDataset,
  restoreDataset,
  validateDataset,
} from '../data/version-commands.ts'
import { dataStatusCommand } from '../data-status-command.ts'

export function command(): Command {
  return new Command('data')
    .addCommand(listDatasets())
    .addCommand(showDataset())
    .addCommand(importDataset())
    .addCommand(datasetRows())
    .addCommand(profileDataset())
    .addCommand(validateDataset())
    .addCommand(diffDatasets())
    .addCommand(queryDatasets())
    .addCommand(downloadDataset())
    .addCommand(removeDataset())
    .addCommand(restoreDataset())
    .addCommand(dataStatusCommand())
}

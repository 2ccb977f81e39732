import { cwd } from 'node:process'
import { Command } from 'commander'
import { flatValues, paramsChanges, paramsTree, pythonJson, valueText } from '#pipeline'
import { diffCommand, printLine, printTable } from '../diff-command.ts'
import { asHere, pipelineCommand, rootHere, type PipelineOptions } from '../pipeline-command.ts'

export function command(): Command {
  return new Command('params')
    .addCommand(show())
    .addCommand(diffCommand({ what: 'Param', change: false, changes: paramsChanges }))
}

function show(): Command {
  return pipelineCommand('show', 'the parameters that the pipelines can see')
    .argument('[rev]', 'a commit, branch or tag; the work tree unless said')
    .option('--deps', 'those that stages depend on, alone')
    .option('--md', 'as a table in Markdown')
    .action(
      (rev: string | undefined, options: PipelineOptions & { deps?: boolean; md?: boolean }) => {
        const root = rootHere()
        const tree = paramsTree(cwd(), rev, options.deps ?? false)
        const files = new Map([...tree].map(([file, value]) => [asHere(root, file), value]))
        if (options.json) {
          printLine(pythonJson(files))
          return
        }
        const rows = [...files].flatMap(([file, value]) =>
          [...flatValues(value)].map(([key, each]) => [file, key, valueText(each)]),
        )
        printTable(
          { headers: ['Path', 'Param', rev ?? 'workspace'], rows },
          options,
          'No parameters: there is no params.yaml beside a dvc.yaml, and no stage names any.',
        )
      },
    )
}

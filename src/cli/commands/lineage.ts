import { Command } from 'commander'
import { operations, type LineageGraph } from '#contract'
import { baseCommand, type BaseOptions } from '../base-command.ts'
import { withCaller } from '../connect.ts'
import { bold, dim, show } from '../output.ts'

export function command(): Command {
  return new Command('lineage')
    .addCommand(prediction())
    .addCommand(model())
    .addCommand(dataset())
    .addCommand(row())
}

function prediction(): Command {
  return baseCommand('prediction', 'what is behind one prediction')
    .argument('<id>')
    .action(async (id: string, options: BaseOptions) => {
      const graph = await withCaller(options, (caller) =>
        caller.call(operations.lineage.prediction, { id }),
      )
      show(graph, options.json, graphLines)
    })
}

function model(): Command {
  return baseCommand('model', 'what a model version was made from and what it made')
    .argument('<name>')
    .argument('<version>', 'a version', Number)
    .action(async (name: string, version: number, options: BaseOptions) => {
      const graph = await withCaller(options, (caller) =>
        caller.call(operations.lineage.model, { name, version }),
      )
      show(graph, options.json, graphLines)
    })
}

function dataset(): Command {
  return baseCommand('data', 'where a data version came from and what was made of it')
    .argument('<name>')
    .argument('<version>', 'a version', Number)
    .action(async (name: string, version: number, options: BaseOptions) => {
      const graph = await withCaller(options, (caller) =>
        caller.call(operations.lineage.dataset, { name, version }),
      )
      show(graph, options.json, graphLines)
    })
}

function row(): Command {
  return baseCommand('row', 'every model and prediction one row touched')
    .argument('<dataset>')
    .argument('<version>', 'a version', Number)
    .argument('<row>', 'a row, from 0', Number)
    .action(async (name: string, version: number, at: number, options: BaseOptions) => {
      const graph = await withCaller(options, (caller) =>
        caller.call(operations.lineage.row, { name, version, row: at }),
      )
      show(graph, options.json, graphLines)
    })
}

function graphLines(graph: LineageGraph): string {
  const title = new Map(graph.nodes.map((node) => [node.id, node]))
  return [
    ...graph.nodes.map((node) => {
      const line = `${node.kind.padEnd(11)} ${node.title}  ${dim(node.removed === true ? `removed, ${node.detail}` : node.detail)}`
      return node.id === graph.focus ? bold(line) : line
    }),
    '',
    ...graph.edges.map(
      (edge) =>
        `${title.get(edge.from)?.title ?? edge.from} ${dim(`—${edge.relation}→`)} ${title.get(edge.to)?.title ?? edge.to}`,
    ),
  ].join('\n')
}

import type { Command } from 'commander'
import { dag, dagDot, dagMermaid, dagText } from '#pipeline'
import { pipelineCommand, pipelineHere, targetsOf, tell } from '../pipeline-command.ts'

interface DagFlags {
  readonly json?: boolean
  readonly quiet?: boolean
  readonly mermaid?: boolean
  readonly md?: boolean
  readonly dot?: boolean
  readonly full?: boolean
  readonly outs?: boolean
  readonly collapseForeachMatrix?: boolean
}

export function command(): Command {
  return pipelineCommand('dag')
    .argument('[targets...]', 'these and what they need; all unless said')
    .option('--mermaid', 'as a Mermaid diagram')
    .option('--md', 'as a Mermaid diagram in Markdown')
    .option('--dot', 'for Graphviz')
    .option('--full', 'everything that hangs together with the targets')
    .option('-o, --outs', 'outputs in place of stages')
    .option('--collapse-foreach-matrix', 'one node for all stages of a foreach or matrix')
    .action((targets: readonly string[], options: DagFlags) => {
      const graph = dag(pipelineHere(), {
        ...targetsOf(targets),
        full: options.full ?? false,
        outs: options.outs ?? false,
        collapse: options.collapseForeachMatrix ?? false,
      })
      tell(graph, options, () => {
        if (options.md) return ['```mermaid', dagMermaid(graph), '```'].join('\n')
        if (options.mermaid) return dagMermaid(graph)
        if (options.dot) return dagDot(graph)
        return graph.nodes.length === 0
          ? 'No stages yet. Add one: tidemill stage add -n NAME …'
          : dagText(graph)
      })
    })
}

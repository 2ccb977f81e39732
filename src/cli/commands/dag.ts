import { cwd } from 'node:process'
import type { Command } from 'commander'
import { baseCommand, type BaseOptions } from '../base-command.ts'
import { show } from '../output.ts'

export function command(): Command {
  return baseCommand('dag')
    .option('--mermaid', 'as a Mermaid diagram')
    .option('--dot', 'for Graphviz')
    .action(async (options: BaseOptions & { mermaid?: boolean; dot?: boolean }) => {
      const { workspaceGraph } = await import('#app')
      const graph = workspaceGraph(cwd())
      show(graph, options.json, ({ stages }) => {
        const edges = stages.flatMap((stage) =>
          stage.needs.map((need) => [need, stage.name] as const),
        )
        if (options.mermaid) return ['flowchart TD', ...mermaid(stages, edges)].join('\n')
        if (options.dot) {
          return [
            'digraph {',
            ...stages.map((stage) => `  "${stage.name}"`),
            ...edges.map(([a, b]) => `  "${a}" -> "${b}"`),
            '}',
          ].join('\n')
        }
        return stages
          .map((stage) =>
            stage.needs.length === 0 ? stage.name : `${stage.name}  ← ${stage.needs.join(', ')}`,
          )
          .join('\n')
      })
    })
}

function mermaid(
  stages: readonly { readonly name: string }[],
  edges: readonly (readonly [string, string])[],
): string[] {
  const idOf = new Map(stages.map((stage, i) => [stage.name, `node${i + 1}`]))
  return [
    ...stages.map((stage) => `  ${idOf.get(stage.name)}["${stage.name}"]`),
    ...edges.map(([a, b]) => `  ${idOf.get(a)} --> ${idOf.get(b)}`),
  ]
}

import { join, normalize } from 'node:path/posix'
import { TidemillError } from '#contract/error'
import { inOrder, isStage, type Graph, type Node } from './graph.ts'
import type { Pipeline } from './model.ts'
import { didYouMean } from './near-word.ts'

/** How targets are taken. */
export interface TargetOptions {
  /** As patterns of stage names. */
  readonly glob?: boolean
  /** A folder means every stage and data file in it or below. */
  readonly recursive?: boolean
  /** With everything that they need. */
  readonly withDeps?: boolean
}

/**
 * The stages and data files that targets name: a stage, a group, `path/dvc.yaml:stage`, a dvc.yaml, a `.dvc` file, an output or a
 * file inside one. None means the stages of the user's own folder. Errors: `not_found`.
 */
export function findTargets(
  pipeline: Pipeline,
  graph: Graph,
  targets: readonly string[] | undefined,
  options: TargetOptions = {},
): readonly Node[] {
  if (targets === undefined || targets.length === 0) {
    const own = join(pipeline.folder, 'dvc.yaml')
    return pipeline.stages.filter((stage) => stage.file === own)
  }
  const found = new Set<Node>()
  for (const target of targets) {
    const matches = options.glob
      ? graph.nodes.filter((node) => isStage(node) && globPattern(target).test(node.address))
      : named(pipeline, graph, target)
    const below = options.recursive ? inFolder(pipeline, graph, target) : []
    if (matches.length + below.length === 0)
      throw new TidemillError('not_found', {
        kind: 'stage, data or output called',
        name: `${target}${didYouMean(target, namesOf(graph))}`,
      })
    for (const node of [...matches, ...below]) found.add(node)
  }
  return options.withDeps ? inOrder(graph, [...found]) : [...found]
}

function namesOf(graph: Graph): ReadonlySet<string> {
  return new Set(
    graph.nodes.flatMap((node) => [
      node.address,
      ...(isStage(node) && node.group !== undefined ? [node.group] : []),
      ...node.outs.map((out) => out.target),
    ]),
  )
}

/** The path inside an output that a target means, relative to the root; `undefined` when it means all of one. */
export function innerTarget(pipeline: Pipeline, node: Node, target: string): string | undefined {
  const path = normalize(join(pipeline.folder, target))
  return node.outs.some((out) => path.startsWith(`${out.target}/`)) ? path : undefined
}

function inFolder(pipeline: Pipeline, graph: Graph, target: string): readonly Node[] {
  const folder = normalize(join(pipeline.folder, target)).replace(/\/$/, '')
  return graph.nodes.filter((node) => folder === '.' || node.file.startsWith(`${folder}/`))
}

function named(pipeline: Pipeline, graph: Graph, target: string): readonly Node[] {
  const path = normalize(join(pipeline.folder, target))
  const byAddress = graph.nodes.filter((node) => node.address === target)
  if (byAddress.length > 0) return byAddress
  const colon = target.lastIndexOf(':')
  const [file, name] =
    colon === -1
      ? [join(pipeline.folder, 'dvc.yaml'), target]
      : [
          normalize(join(pipeline.folder, target.slice(0, colon) || 'dvc.yaml')),
          target.slice(colon + 1),
        ]
  const stages = graph.nodes.filter((node) => isStage(node) && node.file === file)
  const byName = stages.filter(
    (node) => isStage(node) && (node.name === name || node.group === name),
  )
  if (byName.length > 0) return byName
  const byFile = graph.nodes.filter((node) => node.file === path)
  if (byFile.length > 0) return byFile
  const plain = path.replace(/\/$/, '')
  const byOutput = graph.nodes.filter((node) => node.outs.some((out) => out.target === plain))
  if (byOutput.length > 0) return byOutput
  return graph.nodes.filter((node) => innerTarget(pipeline, node, target) !== undefined)
}

function globPattern(glob: string): RegExp {
  const source = glob
    .replace(/[.+^${}()|\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${source}$`)
}

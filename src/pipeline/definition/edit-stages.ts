import type { LineCounter, Pair } from 'yaml'
import { yamlLibrary } from '../values/libraries.ts'
import type { ValueMap } from '../values/value.ts'
import { writeYaml } from '../values/write-yaml.ts'

interface Block {
  readonly name: string
  /** First line, and the one behind the last. */
  readonly start: number
  readonly end: number
  readonly indent: number
}

/**
 * The text of a dvc.yaml with a stage added behind the others, or put in place of one of that name. Every other byte stays as it
 * is. `undefined` when the stages are not written as a block of lines.
 */
export function addStageText(text: string, name: string, stage: ValueMap): string | undefined {
  const gap = text === '' || text.endsWith('\n') ? '' : '\n'
  const blocks = stageBlocks(text)
  if (blocks === undefined) return undefined
  if (blocks === 'none') return `${text}${gap}stages:\n${writeYaml(new Map([[name, stage]]), 2)}`
  const lines = text.split('\n')
  const indent = blocks[0]?.indent ?? 2
  const fresh = writeYaml(new Map([[name, stage]]), indent)
    .replace(/\n$/, '')
    .split('\n')
  const present = blocks.find((block) => block.name === name)
  const at = present?.start ?? blocks.at(-1)?.end ?? lines.length
  lines.splice(at, present ? present.end - present.start : 0, ...fresh)
  const result = lines.join('\n')
  return result.endsWith('\n') ? result : `${result}\n`
}

/** The text of a dvc.yaml without a stage; empty when nothing else was in it. `undefined` as for `addStageText`. */
export function removeStageText(text: string, name: string): string | undefined {
  const blocks = stageBlocks(text)
  if (blocks === undefined || blocks === 'none') return undefined
  const found = blocks.find((block) => block.name === name)
  if (!found) return undefined
  const lines = text.split('\n')
  lines.splice(found.start, found.end - found.start)
  if (blocks.length === 1) {
    const heading = lines.findIndex((line) => /^stages\s*:/.test(line))
    if (heading !== -1) lines.splice(heading, 1)
  }
  const result = lines.join('\n')
  return result.trim() === '' ? '' : result
}

/** Where each stage stands; `none` without a key for stages, `undefined` when they are no block of lines. */
function stageBlocks(text: string): readonly Block[] | 'none' | undefined {
  const { isMap, LineCounter, parseDocument } = yamlLibrary()
  const counter = new LineCounter()
  const document = parseDocument(text, { lineCounter: counter })
  if (document.contents === null || !document.has('stages')) {
    return document.contents === null || (isMap(document.contents) && !document.contents.flow)
      ? 'none'
      : undefined
  }
  const stages = document.get('stages')
  if (!isMap(stages) || stages.flow === true) return undefined
  const blocks: Block[] = []
  for (const pair of stages.items) {
    const block = blockOf(pair, counter)
    if (!block) return undefined
    blocks.push(block)
  }
  return blocks
}

function blockOf({ key, value }: Pair, counter: LineCounter): Block | undefined {
  if (!yamlLibrary().isScalar(key) || !key.range) return undefined
  const begin = counter.linePos(key.range[0])
  const range =
    typeof value === 'object' && value !== null && 'range' in value && Array.isArray(value.range)
      ? value.range
      : key.range
  const last = counter.linePos(Math.max(key.range[0], Number(range[1]) - 1)).line
  return { name: String(key.value), start: begin.line - 1, end: last, indent: begin.col - 1 }
}

import { BadPattern, type Step } from './automaton.ts'

export type Fits = (code: number) => boolean

export type Node =
  | { readonly kind: 'take'; readonly fits: Fits }
  | { readonly kind: 'start' | 'end' | 'edge' | 'inside' }
  | { readonly kind: 'row' | 'choice'; readonly parts: readonly Node[] }
  | { readonly kind: 'repeat'; readonly of: Node; readonly least: number; readonly most: number }

const mostParts = 5000

/** A pattern as steps one behind the other. */
export function stepsOf(node: Node): readonly Step[] {
  const steps: Step[] = []
  write(node, steps, { left: mostParts })
  steps.push({ kind: 'found' })
  return steps
}

interface Parts {
  left: number
}

function write(node: Node, steps: Step[], parts: Parts): void {
  // Parts and not steps: what is empty writes none, however often it is repeated.
  if (--parts.left < 0) throw new BadPattern('the pattern repeats too much')
  switch (node.kind) {
    case 'take':
    case 'start':
    case 'end':
    case 'edge':
    case 'inside':
      steps.push(node)
      return
    case 'row':
      for (const part of node.parts) write(part, steps, parts)
      return
    case 'choice':
      writeChoice(node.parts, steps, parts)
      return
    case 'repeat':
      for (let i = 0; i < node.least; i++) write(node.of, steps, parts)
      if (node.most === Infinity) {
        const begin = steps.length
        const choice = { kind: 'either' as const, first: begin + 1, second: 0 }
        steps.push(choice)
        write(node.of, steps, parts)
        steps.push({ kind: 'either', first: begin, second: begin })
        choice.second = steps.length
      } else {
        writeOptional(node.of, node.most - node.least, steps, parts)
      }
  }
}

/** Each time leads past all that follow, so that after so many letters one is at one place and not at each of the rest. */
function writeOptional(of: Node, times: number, steps: Step[], parts: Parts): void {
  const choices = Array.from({ length: times }, () => {
    const choice = { kind: 'either' as const, first: steps.length + 1, second: 0 }
    steps.push(choice)
    write(of, steps, parts)
    return choice
  })
  for (const choice of choices) choice.second = steps.length
}

const empty: Node = { kind: 'row', parts: [] }

function writeChoice([first = empty, ...rest]: readonly Node[], steps: Step[], parts: Parts): void {
  if (rest.length === 0) return write(first, steps, parts)
  const choice = { kind: 'either' as const, first: steps.length + 1, second: 0 }
  steps.push(choice)
  write(first, steps, parts)
  const after = { kind: 'either' as const, first: 0, second: 0 }
  const end = steps.push(after)
  choice.second = end
  writeChoice(rest, steps, parts)
  // Both ways of this one lead behind the others.
  Object.assign(after, { first: steps.length, second: steps.length })
}

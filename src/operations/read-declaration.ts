import type { Document, LineCounter } from 'yaml'
import { Declaration, TidemillError } from '#contract'
import { badSchedules } from './bad-schedules.ts'
import { danglingReferences } from './references.ts'

/** Reads tidemill.yaml. Every problem is reported with the line and column it is at: the first one as the error, all in its details. */
export async function readDeclaration(text: string, file: string): Promise<Declaration> {
  const { LineCounter, parseDocument } = await import('yaml')
  const { Check, Errors } = await import('typebox/schema')
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines })
  const problems: Problem[] = document.errors.map((error) => ({
    ...at(lines, error.pos[0]),
    problem: error.message.split('\n')[0] ?? 'not YAML',
  }))
  if (problems.length === 0) {
    const value: unknown = document.toJS() ?? {}
    if (!Check(Declaration, value)) {
      const [, errors] = Errors(Declaration, value)
      problems.push(...shapeProblems(document, lines, errors))
    } else {
      for (const { path, problem } of [...danglingReferences(value), ...badSchedules(value)]) {
        problems.push({ ...positionOf(document, lines, path), problem })
      }
      if (problems.length === 0) return value
    }
  }
  const [first = { line: 1, column: 1, problem: 'not a declaration' }] = problems
  throw new TidemillError('declaration_invalid', { file, ...first, problems })
}

interface ShapeError {
  readonly keyword: string
  readonly params: object
  readonly instancePath: string
  readonly message: string
}

interface Problem {
  readonly line: number
  readonly column: number
  readonly problem: string
}

function shapeProblems(
  document: Document,
  lines: LineCounter,
  all: readonly ShapeError[],
): Problem[] {
  // An unknown field is reported twice; the one with keyword "boolean" says less.
  const errors = all.filter((error) => error.keyword !== 'boolean')
  // A union reports one error per branch; the deepest path says most about what the writer meant.
  const deepest = errors.toSorted((a, b) => depth(b.instancePath) - depth(a.instancePath))
  return deepest.slice(0, 20).map((error) => {
    const path = error.instancePath.split('/').slice(1).map(unescapePointer)
    const extra = extraProperty(error)
    const where = path.length > 0 ? path.join('.') : 'the file'
    return {
      ...positionOf(document, lines, extra === undefined ? path : [...path, extra]),
      problem:
        extra === undefined ? `${where} ${error.message}` : `${where} has no field "${extra}"`,
    }
  })
}

function extraProperty(error: ShapeError): string | undefined {
  if (error.keyword !== 'additionalProperties') return undefined
  const { additionalProperties } = error.params as { additionalProperties?: readonly string[] }
  return additionalProperties?.[0]
}

function depth(pointer: string): number {
  return pointer.split('/').length
}

function unescapePointer(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~')
}

/** Where the value at that path stands, or the nearest of its parents that is there. */
function positionOf(
  document: Document,
  lines: LineCounter,
  path: readonly string[],
): { line: number; column: number } {
  for (let length = path.length; length > 0; length--) {
    const keys = path.slice(0, length).map((key) => (/^\d+$/.test(key) ? Number(key) : key))
    const node = document.getIn(keys, true) as { range?: [number, number, number] } | undefined
    if (node?.range) return at(lines, node.range[0])
  }
  return { line: 1, column: 1 }
}

function at(lines: LineCounter, offset: number): { line: number; column: number } {
  const { line, col } = lines.linePos(offset)
  return { line, column: col }
}

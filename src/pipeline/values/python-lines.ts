/** A statement of a Python file that stands on its own line or between semicolons. */
export interface PythonPart {
  readonly start: number
  readonly end: number
  /** Behind the first colon outside of brackets and texts. */
  readonly body?: number
}

/** A logical line: what brackets, long texts and `\` hold together. */
export interface PythonLine {
  readonly indent: number
  readonly parts: readonly PythonPart[]
  /** Whether a bracket of it is still open at the end of the file. */
  readonly open: boolean
}

const marks =
  /"""(?:\\[\s\S]|[^\\])*?"""|'''(?:\\[\s\S]|[^\\])*?'''|"(?:\\[\s\S]|[^"\\\n])*"|'(?:\\[\s\S]|[^'\\\n])*'|#[^\n]*|\\\r?\n|[[({\])};:\n]/g

/** The logical lines of a Python file. */
export function* pythonLines(text: string): Generator<PythonLine> {
  let [line, from, depth] = [0, 0, 0]
  let body: number | undefined
  let parts: PythonPart[] = []
  const endPart = (end: number): void => {
    parts.push({ start: from, end, ...(body === undefined ? {} : { body }) })
    body = undefined
    from = end + 1
  }
  const endLine = (end: number): PythonLine => {
    endPart(end)
    const indent = /^[ \t]*/.exec(text.slice(line, end))?.[0].length ?? 0
    const ended = { indent, parts, open: depth > 0 }
    parts = []
    line = end + 1
    return ended
  }
  for (const { 0: mark, index } of text.matchAll(marks)) {
    if (mark === '[' || mark === '(' || mark === '{') depth += 1
    else if (mark === ']' || mark === ')' || mark === '}') depth -= 1
    else if (depth > 0) continue
    else if (mark === ':') body ??= index + 1
    else if (mark === ';') endPart(index)
    else if (mark === '\n') yield endLine(index)
  }
  if (line < text.length) yield endLine(text.length)
}

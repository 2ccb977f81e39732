import type { FileDiff } from '#contract'

interface OpenFile {
  path: string
  from: string
  change: FileDiff['change']
  readonly hunks: FileDiff['hunks']
}

/** Reads what `git diff --no-prefix` prints, file by file with its hunks. */
export function readGitDiff(text: string): readonly FileDiff[] {
  const files: OpenFile[] = []
  let left: { old: number; new: number } | undefined
  for (const line of text.split('\n')) {
    const file = files.at(-1)
    // Inside a hunk a line is text, whatever it begins with; how many there are its header said.
    if (file && left && (left.old > 0 || left.new > 0)) {
      file.hunks.at(-1)?.lines.push(line)
      if (line.startsWith('+')) left.new--
      else if (line.startsWith('-')) left.old--
      else if (!line.startsWith('\\')) {
        left.old--
        left.new--
      }
      continue
    }
    if (line.startsWith('diff --git ')) {
      left = undefined
      const name = headName(line.slice('diff --git '.length))
      files.push({ path: name, from: name, change: 'changed', hunks: [] })
    } else if (!file) continue
    else if (line.startsWith('@@ ')) {
      left = countsOf(line)
      file.hunks.push({ header: line, lines: [] })
    } else if (line.startsWith('new file')) file.change = 'added'
    else if (line.startsWith('deleted file')) file.change = 'removed'
    else if (line.startsWith('Binary files')) file.change = 'binary'
    else if (line.startsWith('rename from ')) {
      file.change = 'renamed'
      file.from = unquoted(line.slice('rename from '.length))
    } else if (line.startsWith('rename to ')) file.path = unquoted(line.slice('rename to '.length))
  }
  return files.map(({ path, from, change, hunks }) => ({
    path,
    ...(from === path ? {} : { from }),
    change,
    linesAdded: countLines(hunks, '+'),
    linesRemoved: countLines(hunks, '-'),
    hunks,
  }))
}

/** Of `NAME NAME`, as a file that was not renamed is headed, the name. */
function headName(heads: string): string {
  return unquoted(heads.slice(0, (heads.length - 1) / 2))
}

/** Git puts names with strange letters in quotes, as octal bytes. */
function unquoted(name: string): string {
  if (!name.startsWith('"')) return name
  const bytes: number[] = []
  const inner = name.slice(1, -1)
  for (let i = 0; i < inner.length; i++) {
    const octal = /^\\([0-7]{3})/.exec(inner.slice(i, i + 4))
    if (octal) {
      bytes.push(Number.parseInt(octal[1] ?? '0', 8))
      i += 3
    } else if (inner[i] === '\\') bytes.push(escapes[inner[++i] ?? ''] ?? inner.charCodeAt(i))
    else bytes.push(...Buffer.from(inner[i] ?? ''))
  }
  return Buffer.from(bytes).toString('utf8')
}

const escapes: Readonly<Record<string, number>> = { n: 10, t: 9, r: 13 }

function countsOf(header: string): { old: number; new: number } {
  const found = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/.exec(header)
  return { old: Number(found?.[1] ?? 1), new: Number(found?.[2] ?? 1) }
}

function countLines(hunks: FileDiff['hunks'], mark: string): number {
  return hunks.reduce(
    (sum, hunk) => sum + hunk.lines.filter((line) => line.startsWith(mark)).length,
    0,
  )
}

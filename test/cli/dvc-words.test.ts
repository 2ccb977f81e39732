import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { Command } from 'commander'
import { commandList } from '../../src/cli/command-list.ts'

/** What DVC 3.67.1 has, by its own parser: record-dvc-words.py. */
const theirs = JSON.parse(readFileSync(new URL('dvc-words.json', import.meta.url), 'utf8')) as {
  readonly words: Readonly<Record<string, readonly (readonly string[])[]>>
}

/** Flags that every command of DVC has, and that `pipelineCommand` gives ours. */
const everywhere = new Set(['--help', '--quiet', '--verbose'])

async function ourWords(): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const found = new Map<string, ReadonlySet<string>>()
  const walk = (command: Command, name: string): void => {
    const flags = command.options.flatMap(({ short, long }) => [short, long])
    found.set(name, new Set(flags.filter((flag) => flag !== undefined)))
    for (const sub of command.commands)
      for (const word of [sub.name(), ...sub.aliases()]) walk(sub, `${name} ${word}`)
  }
  for (const { name, aliases = [], load } of commandList) {
    const { command } = await load()
    for (const word of [name, ...aliases]) walk(command(), word)
  }
  return found
}

/** The first column of the table below "What is not there" in the page for those who come from DVC. */
function saidToBeMissing(): readonly string[] {
  const page = readFileSync(new URL('../../docs/from-dvc.md', import.meta.url), 'utf8')
  const section = page.split('## What is not there\n')[1]?.split('\n## ')[0] ?? ''
  const cells = section.split('\n').flatMap((line) => /^\| (`[^|]*) \|/.exec(line)?.[1] ?? [])
  return cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, word = '']) => word))
}

test('every command and flag of DVC is ours, or the page for those who come from it says why not', async () => {
  const ours = await ourWords()
  const missing = Object.entries(theirs.words).flatMap(([name, flags]) => {
    const own = ours.get(name)
    if (!own) return [name]
    return flags
      .filter((names) => !names.some((flag) => everywhere.has(flag) || own.has(flag)))
      .map((names) => `${name} ${names[0]}`)
  })
  const said = saidToBeMissing()
  const covered = (word: string): boolean =>
    said.some((each) => word === each || word.startsWith(`${each} `))
  assert.deepEqual(
    missing.filter((word) => !covered(word)),
    [],
    'missing and not on the page',
  )
  assert.deepEqual(
    said.filter((each) => !missing.some((word) => word === each || word.startsWith(`${each} `))),
    [],
    'on the page and not missing',
  )
})

test('of the names that a flag of DVC has, short and long, each is taken', async () => {
  const ours = await ourWords()
  const parts = Object.entries(theirs.words).flatMap(([name, flags]) => {
    const own = ours.get(name)
    if (!own) return []
    return flags
      .filter((names) => names.some((flag) => own.has(flag)))
      .flatMap((names) => names.filter((flag) => !own.has(flag)).map((flag) => `${name} ${flag}`))
  })
  assert.deepEqual(parts, [])
})

test('the list of DVC’s words is of all of them', () => {
  const names = Object.keys(theirs.words)
  assert.ok(names.length > 90, `${names.length} commands`)
  assert.ok(Object.values(theirs.words).flat().length > 700)
})

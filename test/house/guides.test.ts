import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { test } from 'node:test'
import type { Command } from 'commander'
import { commandGroups } from '../../src/cli/command-list.ts'

const root = new URL('../../', import.meta.url)

async function guides(): Promise<readonly { readonly name: string; readonly text: string }[]> {
  const pages = (await readdir(new URL('docs/', root))).filter((name) => name.endsWith('.md'))
  const names = ['README.md', ...pages.map((name) => `docs/${name}`)]
  return Promise.all(
    names.map(async (name) => ({ name, text: await readFile(new URL(name, root), 'utf8') })),
  )
}

/** The command lines in the fences of a page, without what their shells would do with them. */
function commandLines(text: string): readonly string[] {
  const fences = [...text.matchAll(/^```(?:sh|bash)?\n(.*?)^```/gms)]
  return fences
    .flatMap(([, body = '']) => body.replaceAll('\\\n', ' ').split(/\n|&&|\||;/))
    .map((line) => line.replace(/\s#.*$/, '').trim())
    .filter((line) => /^(?:[A-Z_]+=\S+ )*tidemill\s/.test(line))
}

const everywhere = new Set(['--help', '--json', '--quiet', '-q', '--home', '--url', '--project'])

test('every command on a guide, with every option it is given, is one that the command line has', async () => {
  const commands = new Map<string, Command>()
  for (const { name, load } of commandGroups.flatMap((group) => group.commands)) {
    commands.set(name, (await load()).command())
  }
  let seen = 0
  for (const { name: page, text } of await guides()) {
    for (const line of commandLines(text)) {
      const [, ...words] = line.replace(/^(?:[A-Z_]+=\S+ )*/, '').split(/\s+/)
      let command = commands.get(words[0] ?? '')
      if (words[0]?.startsWith('-')) continue
      assert.ok(command, `${page}: ${line}: there is no command ${words[0]}`)
      for (const word of words.slice(1)) {
        const sub: Command | undefined = command.commands.find((each) => each.name() === word)
        if (!sub) break
        command = sub
      }
      const known = new Set(command.options.flatMap(({ long, short }) => [long, short]))
      for (const [, option = ''] of line.matchAll(/\s(--?[a-zA-Z][\w-]*)/g)) {
        if (option.startsWith('--') || option.length === 2)
          assert.ok(known.has(option) || everywhere.has(option), `${page}: ${line}: ${option}`)
      }
      seen++
    }
  }
  assert.ok(seen > 60, `${seen} command lines`)
})

test('every page of docs is reached from its index, and no link between pages is dead', async () => {
  const pages = await guides()
  const index = pages.find(({ name }) => name === 'docs/README.md')?.text ?? ''
  for (const { name, text } of pages) {
    const kept = ['README.md', 'docs/README.md', 'docs/promises.md', 'docs/dependencies.md']
    const own = name.replace('docs/', '')
    if (!kept.includes(name))
      assert.ok(index.includes(`(${own})`), `docs/README.md leaves out ${own}`)
    for (const [, to = ''] of text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)) {
      assert.ok(existsSync(new URL(to, new URL(name, root))), `${name}: ${to}`)
    }
  }
})

import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'

const root = new URL('../../', import.meta.url)

test('each promise names where it lives and what shows it, and both exist', async () => {
  const page = await readFile(new URL('docs/promises.md', root), 'utf8')
  const { scripts } = JSON.parse(await readFile(new URL('package.json', root), 'utf8')) as {
    scripts: Record<string, string>
  }
  const rows = page
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| promise'))
  assert.ok(rows.length > 30, `${rows.length} rows`)
  for (const row of rows) {
    const cells = row.split('|').map((cell) => cell.trim())
    const [, promise = '', lives = '', shown = '', , state = ''] = cells
    assert.match(state, /^(open|partly|shown)/, promise)
    for (const [, path = ''] of lives.matchAll(/`([^`]+)`/g))
      assert.ok(existsSync(new URL(path, root)), `${promise}: ${path}`)
    const named = [...shown.matchAll(/`([^`]+)`/g)].map(([, name]) => name ?? '')
    if (state.startsWith('shown')) assert.ok(named.length > 0, `${promise} is shown by nothing`)
    for (const name of named) {
      const script = /^npm (?:run )?([\w:]+)/.exec(name)?.[1]
      if (script) assert.ok(script in scripts, `${promise}: ${name}`)
      else assert.ok(existsSync(new URL(name, root)), `${promise}: ${name}`)
    }
  }
})

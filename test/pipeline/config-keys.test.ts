import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { TidemillError } from '#contract'
import { openRepository, setConfig } from '#pipeline'
import { settingProblem } from '../../src/pipeline/config-keys.ts'
import { project } from './support/project.ts'

const refusals = {
  'a mistyped setting': ['[core]\n    remot = x\n', 2, 5, /no setting remot, did you mean remote/],
  'a setting of nothing': ['[core]\n    analytics = false\n    colour = red\n', 3, 5, /colour/],
  'a section that is none': ['[corre]\n    remote = x\n', 2, 5, /section corre, did you mean core/],
  'a setting of another kind of remote': [
    '[\'remote "s"\']\n    url = s3://b/x\n    gdrive_trash_only = true\n',
    3,
    5,
    /gdrive_trash_only/,
  ],
} as const

for (const [what, [text, line, column, says]] of Object.entries(refusals)) {
  test(`${what} in .dvc/config is refused with its place and what to do`, async (t) => {
    const made = await project(t, { '.dvc/config': text })
    assert.throws(
      () => openRepository(made.root),
      (error: unknown) => {
        assert.ok(error instanceof TidemillError)
        assert.match(error.message, says)
        assert.match(error.message, new RegExp(`config:${line}:${column}`))
        return true
      },
    )
  })
}

/** By DVC 3.67.1's own schema: fixtures/record-config-keys.py. */
const theirs = JSON.parse(
  readFileSync(new URL('fixtures/config-keys.json', import.meta.url), 'utf8'),
) as Readonly<Record<'sections' | 'remotes', Readonly<Record<string, readonly string[] | null>>>>

test('every setting that DVC’s schema has is known, and all of a section that takes any', () => {
  const known = [
    ...Object.entries(theirs.sections).map(([name, keys]) => [name, keys, undefined] as const),
    ...Object.entries(theirs.remotes).map(
      ([scheme, keys]) => ['remote "s"', keys, scheme === '' ? '/x' : `${scheme}://b/x`] as const,
    ),
  ]
  assert.ok(known.length > 20)
  const refused = known.flatMap(([section, keys, url]) =>
    (keys ?? ['parametrization']).flatMap((key) => settingProblem(section, key, url) ?? []),
  )
  assert.deepEqual(refused, [])
})

test('what DVC’s own schema has is read, and so is a password alone in the file that Git does not see', async (t) => {
  const made = await project(t, {
    '.dvc/config': `[core]
    remote = s
    hardlink_lock = true
[cache]
    type = "reflink,copy"
    shared = group
['remote "s"']
    url = s3://b/x
    endpointurl = http://localhost
    grant_full_control = id=1
    version_aware = false
['remote "odd"']
    url = other://b/x
    whatever = 1
[db "pg"]
    url = postgresql://h/d
[hydra]
    enabled = true
`,
    '.dvc/config.local': '[\'remote "s"\']\n    secret_access_key = x\n',
  })
  assert.equal(openRepository(made.root).config.get('remote "s"')?.get('secret_access_key'), 'x')
})

test('a setting that there is not is not written, and one that is there can be taken away', async (t) => {
  const made = await project(t, { '.dvc/config': '[core]\n    remot = x\n    remote = s\n' })
  setConfig(made.root, 'core.remot', undefined)
  assert.equal(made.read('.dvc/config'), '[core]\n    remote = s\n')
  assert.throws(() => setConfig(made.root, 'core.autostag', 'true'), /did you mean autostage/)
  assert.equal(made.read('.dvc/config'), '[core]\n    remote = s\n')
})

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { TidemillError } from '#contract'
import { loadPipeline } from '#pipeline'
import { seeded } from '#stats'
import { parseConfig } from '../../../src/pipeline/config-file.ts'
import { readDotDvc } from '../../../src/pipeline/definition/dot-dvc.ts'
import { readLock } from '../../../src/pipeline/definition/lock-file.ts'
import { readManifest } from '../../../src/pipeline/files/manifest.ts'
import { readParamsFile } from '../../../src/pipeline/values/params-file.ts'
import { project } from '../support/project.ts'
import { mutated } from '../support/mutations.ts'

function fixture(path: string): string {
  return readFileSync(new URL(`../fixtures/${path}`, import.meta.url), 'utf8')
}

const importFile = `md5: 7c12a3d3f9b39409c3d3a091396df034
frozen: true
deps:
- path: data
  repo:
    url: ../other
    rev_lock: 3f786850e387550fdab836ed7e6dc881de23001b
outs:
- md5: 99d07b9c968365d0628834f9269d43eb.dir
  size: 23
  nfiles: 10
  hash: md5
  path: data
  desc: what it is
`

const json = `{"train": {"rate": 0.5, "depth": [1, 2, {"deep": null}], "on": true}, "text": "a\\u00e9\\n"}`
const toml = `title = "x"\n[train]\nrate = 0.5\ndepth = [1, 2]\n[[runs]]\nname = 'a'\n[runs.inner]\nday = "2024-01-01"\n`
const python = `"""Settings."""\nRATE = 0.5\nLAYERS = [1, 2, (3, 4)]\nMORE = {"a": 1, "b": {"c": None}}\n\n\nclass Train:\n    EPOCHS: int = 10\n    NAME = 'x'\n    ON = True\n`
const config = `[core]\n    remote = store\n['remote "store"']\n    url = ../store # here\n    jobs = 4\n[cache]\n    type = "reflink,copy"\n`

interface Reader {
  readonly file: string
  readonly text: string
  readonly read: (text: string) => unknown
}

/** Reads every mutation; what it answers but a place in that file, or an answer that takes long, fails with the text that did it. */
function fuzz(
  { file, text, read }: Reader,
  seed: number,
  rounds: number,
): { refused: number; taken: number } {
  const random = seeded(seed)
  let [refused, taken] = [0, 0]
  for (let round = 0; round < rounds; round += 1) {
    const bad = mutated(text, random)
    const begin = performance.now()
    try {
      read(bad)
      taken += 1
    } catch (error) {
      const shown = `round ${round} of ${file}: ${JSON.stringify(bad.slice(0, 2000))}`
      assert.ok(
        error instanceof TidemillError,
        `${shown}\n${error instanceof Error ? error.stack : String(error)}`,
      )
      assert.equal(error.code, 'pipeline_invalid', `${shown}\n${error.message}`)
      assert.match(error.message, /^[\w./-]+:\d+:\d+: \S/, shown)
      refused += 1
    }
    const took = performance.now() - begin
    assert.ok(
      took < 2000,
      `round ${round} of ${file} took ${took} ms: ${JSON.stringify(bad.slice(0, 2000))}`,
    )
  }
  return { refused, taken }
}

const readers: readonly Reader[] = [
  { file: 'dvc.lock', text: fixture('repro/dvc.lock'), read: (text) => readLock(text, 'dvc.lock') },
  {
    file: 'data.dvc',
    text: importFile,
    read: (text) => readDotDvc(text, 'data.dvc', 'data.dvc', '/r'),
  },
  ...Object.entries({ yaml: fixture('repro/params.yaml'), json, toml, py: python }).map(
    ([kind, text]): Reader => ({
      file: `params.${kind}`,
      text,
      read: (bad) => readParamsFile(bad, `params.${kind}`),
    }),
  ),
  { file: '.dvc/config', text: config, read: (text) => parseConfig(text, '.dvc/config') },
]

/** Tries every reader of files that a user or another program wrote. */
export function fuzzSuite(seed: number, rounds: number): void {
  const each = `${rounds} broken texts are each read or refused with file, line and column`
  for (const reader of readers) {
    test(`${reader.file}: ${each}`, () => {
      const { refused, taken } = fuzz(reader, seed, rounds)
      // a reader that refuses nothing, or everything, was not tried
      assert.ok(refused > 20 && taken > 20, `${refused} refused, ${taken} taken`)
    })
  }

  test(`dvc.yaml: ${each}`, async (t) => {
    const { root } = await project(t)
    const params = fixture('repro/params.yaml')
    const { refused, taken } = fuzz(
      {
        file: 'dvc.yaml',
        text: fixture('repro/dvc.yaml'),
        read: (text) =>
          loadPipeline(root, {
            source: {
              read: (path) => ({ 'dvc.yaml': text, 'params.yaml': params })[path],
              readBytes: () => undefined,
              expect: () => undefined,
              list: (folder) => (folder === '' ? [{ name: 'dvc.yaml', folder: false }] : []),
              ignored: () => false,
            },
          }),
      },
      seed,
      rounds,
    )
    assert.ok(refused > 20 && taken > 20, `${refused} refused, ${taken} taken`)
  })

  test(`manifests: ${rounds} broken texts are each a manifest or none, and never lead out of their folder`, () => {
    const text = fixture('add/99d07b9c968365d0628834f9269d43eb.dir')
    const random = seeded(seed)
    for (let round = 0; round < rounds; round += 1) {
      for (const { path, md5 } of readManifest(mutated(text, random)) ?? []) {
        assert.match(md5, /^[0-9a-f]{32}$/)
        assert.ok(!path.startsWith('/') && !path.split('/').includes('..'), path)
      }
    }
  })
}

import assert from 'node:assert/strict'
import { hash, randomBytes } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import fc from 'fast-check'
import { add, checkout, gc, loadPipeline, pull, push, status } from '#pipeline'
import { durationOf, isKilled, wholeObjects } from './killed.ts'
import { project, type Project } from './project.ts'

/** Of each of 7 words, 203 in all: drawn over the time that the command takes on this machine. */
const kills = 29
export type Word = 'repro' | 'add' | 'push' | 'pull' | 'fetch' | 'checkout' | 'gc'

const calls: Readonly<Record<Word, string>> = {
  repro: 'repro(pipeline, { jobs: 2 })',
  add: "add(pipeline, ['data'])",
  push: 'push(pipeline, { runCache: true })',
  pull: 'pull(pipeline)',
  fetch: 'fetch(pipeline)',
  checkout: 'checkout(pipeline)',
  gc: 'gc(pipeline, { dry: false })',
}

const contents = (seed: string): Record<string, string> =>
  Object.fromEntries(
    Array.from({ length: 80 }, (_, at) => [
      `data/d${at % 4}/${at} é.bin`,
      `${seed} ${at}\n`.repeat(at % 10 === 0 ? 60_000 : 500),
    ]),
  )

const files = {
  'dvc.yaml': `stages:
  a: {cmd: 'mkdir -p a && cp data/d0/* a/ && sleep 0.05 && cp data/d1/* a/', deps: [data], outs: [a]}
  b: {cmd: 'mkdir -p b && cp data/d2/* b/ && sleep 0.05 && cp data/d3/* b/', deps: [data], outs: [b]}
  c: {cmd: 'cat a/* > c.part && sleep 0.03 && cat c.part b/* > c', deps: [a, b], outs: [c]}
`,
  '.dvc/config': '[core]\n    remote = r\n[\'remote "r"\']\n    url = ../../remote\n',
}

interface Scene {
  readonly made: Project
  readonly cache: string
  readonly remote: string
  readonly texts: Record<string, string>
}

async function scene(t: TestContext): Promise<Scene> {
  const made = await project(t, files)
  const texts = contents('first')
  made.write(texts)
  await add(loadPipeline(made.root), ['data'])
  await made.repro()
  await push(loadPipeline(made.root), { runCache: true })
  return { made, texts, cache: join(made.root, '.dvc/cache'), remote: join(made.root, '../remote') }
}

function holdsData({ made, texts }: Scene): void {
  for (const [path, text] of Object.entries(texts)) assert.equal(made.read(path), text, path)
}

interface Trial {
  /** Before each kill. */
  readonly prepare: (scene: Scene, round: number) => void | Promise<void>
  /** After each kill, before anything mends it. */
  readonly sound: (scene: Scene) => void
  /** The same command again, in this process: it takes over what the dead one held. */
  readonly again: (scene: Scene) => Promise<unknown>
  readonly complete: (scene: Scene) => void | Promise<void>
}

const drop = (...paths: readonly string[]): void => {
  for (const path of paths) rmSync(path, { recursive: true, force: true })
}

const trials: Readonly<Record<Word, Trial>> = {
  repro: {
    prepare({ made, cache }, round) {
      made.drop('dvc.lock', 'a', 'b', 'c')
      if (round % 2 === 0) drop(join(cache, 'runs'), join(made.root, '.dvc/tmp/tidemill/runs'))
    },
    sound({ made }) {
      const lock = join(made.root, 'dvc.lock')
      const text = existsSync(lock) ? readFileSync(lock, 'utf8') : ''
      // what the lock says of an output is in the cache
      for (const [, md5 = ''] of text.matchAll(/path: [abc]\n\s+hash: md5\n\s+md5: (\S+)/g))
        assert.ok(
          existsSync(join(made.root, '.dvc/cache/files/md5', md5.slice(0, 2), md5.slice(2))),
        )
    },
    again: ({ made }) => made.repro({ jobs: 2 }),
    async complete({ made, texts }) {
      assert.deepEqual(await status(loadPipeline(made.root)), [])
      const names = Object.keys(texts)
      const of = (folder: string) =>
        names
          .filter((name) => name.startsWith(`data/${folder}/`))
          .map((name) => name.slice(8))
          .sort()
      assert.deepEqual(readdirSync(join(made.root, 'a')).sort(), [...of('d0'), ...of('d1')].sort())
    },
  },
  add: {
    prepare(here, round) {
      Object.assign(here.texts, contents(`version ${round}`))
      here.made.write(here.texts)
    },
    sound: holdsData,
    again: ({ made }) => add(loadPipeline(made.root), ['data']),
    async complete({ made }) {
      assert.deepEqual(await status(loadPipeline(made.root), { targets: ['data.dvc'] }), [])
    },
  },
  push: {
    prepare: ({ remote }) => drop(remote),
    sound: ({ remote }) => wholeObjects(remote),
    again: ({ made }) => push(loadPipeline(made.root), { runCache: true }),
    async complete({ made, remote }) {
      wholeObjects(remote)
      assert.equal((await push(loadPipeline(made.root), { runCache: true })).objects, 0)
    },
  },
  fetch: {
    prepare: ({ cache }) => drop(cache),
    sound: () => undefined,
    again: ({ made }) => pull(loadPipeline(made.root)),
    complete: holdsData,
  },
  pull: {
    prepare({ made, cache }) {
      drop(cache)
      made.drop('data')
    },
    sound: ({ made, texts }) => {
      // a file that is there is whole
      for (const [path, text] of Object.entries(texts))
        if (existsSync(join(made.root, path))) assert.equal(made.read(path), text)
    },
    again: ({ made }) => pull(loadPipeline(made.root)),
    complete: holdsData,
  },
  checkout: {
    prepare: ({ made }) => made.drop('data', 'a'),
    sound: ({ made, texts }) => {
      for (const [path, text] of Object.entries(texts))
        if (existsSync(join(made.root, path))) assert.equal(made.read(path), text)
    },
    again: ({ made }) => checkout(loadPipeline(made.root)),
    complete: holdsData,
  },
  gc: {
    async prepare({ made, texts, cache }, round) {
      // the folder as it was is nobody's any more, nor are objects that nothing ever named
      Object.assign(texts, contents(`kept ${round}`))
      made.write(texts)
      await add(loadPipeline(made.root), ['data'])
      await made.repro({ jobs: 2 })
      for (let at = 0; at < 150; at += 1) {
        const text = randomBytes(2000)
        const md5 = hash('md5', text, 'hex')
        const folder = join(cache, 'files/md5', md5.slice(0, 2))
        if (existsSync(folder)) writeFileSync(join(folder, md5.slice(2)), text)
      }
    },
    sound: () => undefined,
    again: ({ made }) => gc(loadPipeline(made.root), { dry: false }),
    async complete({ made }) {
      assert.equal((await gc(loadPipeline(made.root))).objects, 0)
      // nothing that is recorded is lost
      made.drop('data', 'a', 'b', 'c')
      assert.deepEqual((await checkout(loadPipeline(made.root))).missing, [])
      assert.deepEqual(await status(loadPipeline(made.root)), [])
    },
  },
}

/** The tests of some words; they take about a minute each. */
export function killTests(words: readonly Word[]): void {
  for (const word of words) killTest(word)
}

function killTest(word: Word): void {
  const { prepare, sound, again, complete } = trials[word]
  test(`${word} killed at any of ${kills} points loses nothing and leaves nothing half-made that is believed; the next one completes`, async (t) => {
    const here = await scene(t)
    await prepare(here, 0)
    const whole = await durationOf(here.made, calls[word])
    const points = fc.sample(fc.double({ min: 0, max: 1, noNaN: true }), {
      numRuns: 8 * kills,
      seed: 11,
    })
    let [hit, round] = [0, 0]
    for (const point of points) {
      if (hit >= kills) break
      round += 1
      await prepare(here, round)
      if (await isKilled(here.made, calls[word], point * whole)) hit += 1
      // what a folder holds is known from its object, which is fetched first
      wholeObjects(here.cache, { filesFirst: !['fetch', 'pull'].includes(word) })
      sound(here)
      await again(here)
      wholeObjects(here.cache)
      await complete(here)
    }
    assert.equal(hit, kills)
  })
}

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Attribution } from '#contract'
import { attributionLines } from '../../src/cli/attribution-lines.ts'
import { project } from '../pipeline/support/project.ts'
import { tidemill } from '../support/tidemill.ts'

test('tidemill attribute says what it would run, shares out the change, and refuses what it cannot take', async (t) => {
  const made = await project(
    t,
    {
      'dvc.yaml': `stages:\n  m:\n    cmd: echo '{"m":' $(grep -o '[0-9]*' params.yaml | head -1) '}' > m.json\n    params:\n    - a\n    metrics:\n    - m.json:\n        cache: false\n`,
      'params.yaml': 'a: 1\n',
    },
    { git: true },
  )
  await made.repro()
  made.git('add', '-A')
  made.git('commit', '-qm', 'one')
  made.write({ 'params.yaml': 'a: 4\n' })
  const dry = await tidemill(['attribute', 'HEAD', '--dry'], made.root)
  assert.equal(dry.code, 0, dry.stderr)
  assert.match(dry.stdout, /HEAD → workspace: 1 cause, 1 metric/)
  assert.match(dry.stdout, /params:a {2}1 → 4/)
  assert.match(
    dry.stdout,
    /2 counterfactuals \(exact\), 1 of them from the cache, at most 1 stage to run/,
  )
  const json = await tidemill(['attribute', 'HEAD', '--json'], made.root)
  const found = JSON.parse(json.stdout) as Attribution
  assert.deepEqual(found.metrics[0]?.shares, [{ cause: 'params:a', share: 3, standardError: 0 }])
  assert.match(
    attributionLines(found),
    /m\.json:m {2}1 → 4 {2}\(\+3\)\n +cause +share +of it\n +params:a +\+3 +100 %/,
  )
  for (const [args, problem] of [
    [['run:abc'], /no run abc/],
    [['HEAD', '--runs', '0'], /whole number/],
  ] as const) {
    const { code, stderr } = await tidemill(['attribute', ...args], made.root)
    assert.notEqual(code, 0)
    assert.match(stderr, problem)
  }
})

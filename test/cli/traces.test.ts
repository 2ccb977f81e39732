import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runningServer, temporaryFolder } from '../support/home.ts'
import { tidemill } from '../support/tidemill.ts'
import { runScene } from '../web/support/run-scene.ts'

test('traces are found, shown as a tree, and assessed from the command line', async (t) => {
  const { url } = await runningServer(t)
  const { trace } = await runScene(url)
  const dir = await temporaryFolder(t)
  const said = async (...words: readonly string[]) => {
    const { stdout, stderr, code } = await tidemill([...words, '--url', url], dir)
    assert.equal(code, 0, stderr)
    return stdout
  }
  assert.match(await said('traces', 'ls', '--state', 'error'), new RegExp(`${trace} +answer`))
  assert.match(await said('traces', 'ls', '--text', 'nothing like it'), /No traces/)
  await said('traces', 'assess', trace, 'correct', 'false', '--why', 'dusk')
  const lines = (await said('traces', 'show', trace)).split('\n')
  assert.ok(lines.some((line) => /^ {2}correct: false by /.test(line)))
  assert.ok(
    lines.some((line) => /^ {2}✗ ask the model 1500 ms .* the model did not answer$/.test(line)),
  )
  assert.ok(lines.some((line) => /^ {4}· step 1999 /.test(line)))
  const span = JSON.parse(await said('traces', 'show', trace, '0000000000000001', '--json')) as {
    readonly span: { readonly outputs: unknown }
  }
  assert.equal(span.span.outputs, 'Those at night.')
  const wrong = await tidemill(['traces', 'ls', '--filter', 'execution_time >', '--url', url], dir)
  assert.notEqual(wrong.code, 0)
  assert.match(wrong.stderr, /character/)
})

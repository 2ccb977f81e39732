import assert from 'node:assert/strict'
import { test } from 'node:test'
import { unpackedBytes } from '../../src/app/git-patch.ts'

test('what a patch unpacks to is read from its lines, which a bare carriage return does not end', () => {
  const patch = ['GIT binary patch', 'literal 12', 'x', '', 'delta 30', 'x', '']
  const bytesOf = (lines: readonly string[]) => unpackedBytes(Buffer.from(lines.join('\n')))
  assert.equal(bytesOf(patch), 42)
  assert.equal(bytesOf(patch.slice(1)), 42)
  assert.equal(bytesOf([...patch, '+a text\rliteral 99999999999', '-b\rdelta x']), 42)
  assert.equal(bytesOf([...patch, 'literal -1']), Infinity)
})

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { doubleText } from '../../src/tracking/double-text.ts'

/** By Python 3.11: `[json.dumps(float(x)) for x in …]`. */
const written = [
  ...[
    [1e15, '1000000000000000.0'],
    [9999999999999998, '9999999999999998.0'],
    [1e16, '1e+16'],
  ],
  ...[
    [1.2345678901234568e17, '1.2345678901234568e+17'],
    [1e21, '1e+21'],
    [1e22, '1e+22'],
  ],
  ...[
    [-1e16, '-1e+16'],
    [0.0001, '0.0001'],
    [0.00001, '1e-05'],
    [1.5e-7, '1.5e-07'],
  ],
  ...[
    [1e-300, '1e-300'],
    [-0, '-0.0'],
    [0, '0.0'],
    [5e-324, '5e-324'],
    [0.1, '0.1'],
    [3, '3.0'],
  ],
  [1.7976931348623157e308, '1.7976931348623157e+308'],
] as const

test('a double is written as Python writes it', () => {
  for (const [value, text] of written) assert.equal(doubleText(Number(value)), text)
})

test('any double is written as the Python of this machine writes it', (t) => {
  const bits = new BigUint64Array(2000)
  for (let at = 0, seed = 1n; at < bits.length; at++) {
    seed = (seed * 6364136223846793005n + 1442695040888963407n) & 0xffff_ffff_ffff_ffffn
    bits[at] = seed
  }
  const all = [...new Float64Array(bits.buffer)].filter(Number.isFinite)
  const program =
    'import json,sys\nprint(json.dumps([json.dumps(x) for x in map(float, json.load(sys.stdin))]))'
  let said: string
  try {
    said = execFileSync('python3', ['-c', program], {
      input: JSON.stringify(all),
      encoding: 'utf8',
    })
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      t.skip('there is no python3')
      return
    }
    throw error
  }
  assert.deepEqual(all.map(doubleText), JSON.parse(said))
})

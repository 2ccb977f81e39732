import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { test } from 'node:test'
import { catalogue } from '#contract'

const page = new URL('../../docs/reference/errors.md', import.meta.url)

function expected(): string {
  const rows = Object.entries(catalogue).map(
    ([code, row]) =>
      `| \`${code}\` | ${row.status} | ${cell(row.message)} | ${cell(row.hint) || '–'} | ${row.retryable ? 'yes' : 'no'} |`,
  )
  return [
    '# Errors',
    '',
    'Every error has a code. Over HTTP it is a problem document (`application/problem+json`) with the code, the message as `detail`, the',
    'hint, and the request id that the log has it under; the command line prints the message and the hint, and with `--json` all of it.',
    '',
    '| code | status | message | what to do | may the same call succeed later? |',
    '|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n')
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|')
}

test('the page of errors is the catalogue', async () => {
  if (process.env.UPDATE) await writeFile(page, expected())
  assert.equal(await readFile(page, 'utf8'), expected())
})

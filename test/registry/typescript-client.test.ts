import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { typescriptClient } from '#registry'
import { temporaryFolder } from '../support/home.ts'

test('no name of a model, a column or a class becomes code of the client that is printed', async (t) => {
  const folder = await temporaryFolder(t)
  const breaks = ['\n', '\r', '\r\n', '\u2028', '\u2029', '*/', "'", "\\'", '\\', '`${', '"']
  for (const [at, end] of breaks.entries()) {
    const text = `m${end}globalThis.ran = true;//`
    const code = typescriptClient({
      model: text,
      version: 1,
      endpoint: text,
      signature: {
        inputs: [{ name: text, type: 'string', optional: false, categories: [text] }],
        classes: [text],
      },
    })
    const file = join(folder, `client-${at}.ts`)
    await writeFile(file, code)
    const client = (await import(pathToFileURL(file).href)) as object
    assert.equal(Object.keys(client).length, 1, JSON.stringify(end))
    assert.equal((globalThis as { ran?: boolean }).ran, undefined, JSON.stringify(end))
  }
})

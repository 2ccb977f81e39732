import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { test } from 'node:test'
import { httpCaller } from '#contract'
import { aliasedCommits } from '../../src/cli/aliased-commits.ts'
import { freePort } from '../support/services.ts'

test('the commits that gc keeps for aliases are those of the versions that one points at', async (t) => {
  const [first, second, third] = ['a', 'b', 'c'].map((letter) => letter.repeat(40))
  const answers: Readonly<Record<string, object>> = {
    '/api/models': { models: [{ name: 'm' }] },
    '/api/models/m': {
      versions: [
        { version: 1, aliases: ['champion'], code: first },
        { version: 2, aliases: [], code: second },
        { version: 3, aliases: ['candidate', 'next'], code: `${third}+dirty` },
        { version: 4, aliases: ['bare'] },
      ],
    },
  }
  const server = createServer((request, response) => {
    const answer = answers[new URL(request.url ?? '', 'http://x').pathname]
    response.writeHead(answer ? 200 : 404, { 'content-type': 'application/json' })
    response.end(JSON.stringify(answer ?? {}))
  })
  t.after(() => server.close())
  const port = await freePort()
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const caller = httpCaller({ url: `http://127.0.0.1:${port}`, project: 'default' })
  assert.deepEqual(await aliasedCommits(caller), [first, third])
})

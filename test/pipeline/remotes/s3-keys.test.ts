import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { remoteAt, type Remote } from '#pipeline'
import { noAwsKeys } from '../../support/aws-cloud.ts'
import { withEnvironment } from '../../support/environment.ts'
import { s3Keys, s3Server, skipS3 } from '../../support/remote-servers.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { failsWith } from '../suites/remote-suite.ts'

async function remoteWith(settings: Readonly<Record<string, string>>): Promise<Remote> {
  const { port, folder } = await s3Server()
  const bucket = `t${randomBytes(6).toString('hex')}`
  mkdirSync(join(folder, 'data', bucket))
  const options = new Map(Object.entries({ endpointurl: `http://127.0.0.1:${port}`, ...settings }))
  return remoteAt({ name: 'store', url: `s3://${bucket}`, options })
}

test('keys come from the environment where the remote has none', { skip: skipS3 }, async (t) => {
  withEnvironment(t, {
    ...noAwsKeys,
    AWS_ACCESS_KEY_ID: s3Keys.id,
    AWS_SECRET_ACCESS_KEY: s3Keys.secret,
  })
  const remote = await remoteWith({})
  assert.equal(await remote.stat('x'), undefined)
  await remote.close()
})

test(
  'keys come from a profile of the file that credentialpath names',
  { skip: skipS3 },
  async (t) => {
    withEnvironment(t, noAwsKeys)
    const file = join(await temporaryFolder(t), 'credentials')
    writeFileSync(
      file,
      `[default]\naws_access_key_id = other\naws_secret_access_key = wrong\n[team]\naws_access_key_id = ${s3Keys.id}\naws_secret_access_key = ${s3Keys.secret}\n`,
    )
    const remote = await remoteWith({ profile: 'team', credentialpath: file })
    assert.equal(await remote.stat('x'), undefined)
    await remote.close()
  },
)

test(
  'without keys anywhere the remote is refused, and where to put them is said',
  { skip: skipS3 },
  async (t) => {
    withEnvironment(t, noAwsKeys)
    const remote = await remoteWith({})
    await assert.rejects(remote.stat('x'), failsWith('remote_denied'))
    await remote.close()
  },
)

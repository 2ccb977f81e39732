import assert from 'node:assert/strict'
import { hash, randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { remoteAt, type Remote } from '#pipeline'
import { s3Remote } from '../../../src/pipeline/remotes/s3-remote.ts'
import { awsCloud, type AwsCloud } from '../../support/aws-cloud.ts'
import { withEnvironment } from '../../support/environment.ts'
import { s3Server, skipS3 } from '../../support/remote-servers.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { failsWith } from '../suites/remote-suite.ts'

const trainer = 'arn:aws:iam::123456789012:role/trainer'
const path = `files/md5/ab/${'c'.repeat(30)}`

async function remoteIn(
  { endpoint }: AwsCloud,
  settings: Readonly<Record<string, string>> = {},
  open: typeof remoteAt = remoteAt,
): Promise<Remote> {
  const { folder } = await s3Server()
  const bucket = `t${randomBytes(6).toString('hex')}`
  mkdirSync(join(folder, 'data', bucket))
  const options = new Map(Object.entries({ endpointurl: endpoint, ...settings }))
  return open({ name: 'store', url: `s3://${bucket}/x`, options })
}

/** Sends a file there in parts and back. */
async function passesThrough(t: TestContext, remote: Remote): Promise<void> {
  t.after(() => remote.close())
  const file = join(await temporaryFolder(t), 'file')
  const bytes = randomBytes(9_000_000)
  writeFileSync(file, bytes)
  await remote.put(path, file)
  assert.equal(await remote.get(path, `${file}.back`), hash('md5', bytes, 'hex'))
}

/** A file of profiles that the AWS tools read. */
async function profiles(t: TestContext, lines: readonly string[]): Promise<string> {
  const file = join(await temporaryFolder(t), 'config')
  writeFileSync(file, `${lines.join('\n')}\n`)
  return file
}

const webIdentity = async (t: TestContext, { url }: AwsCloud) => {
  const file = join(await temporaryFolder(t), 'token')
  writeFileSync(file, 'from-the-cluster')
  return {
    AWS_WEB_IDENTITY_TOKEN_FILE: file,
    AWS_ROLE_ARN: trainer,
    AWS_ENDPOINT_URL_STS: url,
  }
}

test('a container is given its role by the endpoint beside it', { skip: skipS3 }, async (t) => {
  const cloud = await awsCloud(t)
  withEnvironment(t, {
    AWS_CONTAINER_CREDENTIALS_FULL_URI: `${cloud.url}/role`,
    AWS_CONTAINER_AUTHORIZATION_TOKEN: 'proof',
  })
  await passesThrough(t, await remoteIn(cloud))
  assert.deepEqual(cloud.asked, ['GET /role authorised'])
})

test('a workload takes its role with the token of its cluster', { skip: skipS3 }, async (t) => {
  const cloud = await awsCloud(t)
  withEnvironment(t, await webIdentity(t, cloud))
  await passesThrough(t, await remoteIn(cloud))
  assert.deepEqual(cloud.asked, [`AssumeRoleWithWebIdentity ${trainer}`])
})

test('a profile takes its role with the keys of another', { skip: skipS3 }, async (t) => {
  const cloud = await awsCloud(t)
  const configpath = await profiles(t, [
    ...['[profile person]', 'aws_access_key_id = ada', 'aws_secret_access_key = hush'],
    ...['[profile team]', `role_arn = ${trainer}`, 'source_profile = person'],
  ])
  withEnvironment(t, { AWS_ENDPOINT_URL_STS: cloud.url })
  await passesThrough(t, await remoteIn(cloud, { configpath, profile: 'team' }))
  assert.deepEqual(cloud.asked, [`AssumeRole ${trainer}`])
})

test('a machine in AWS has the role that it was started with', { skip: skipS3 }, async (t) => {
  const cloud = await awsCloud(t)
  withEnvironment(t, {
    AWS_EC2_METADATA_DISABLED: undefined,
    AWS_EC2_METADATA_SERVICE_ENDPOINT: cloud.url,
  })
  await passesThrough(t, await remoteIn(cloud))
  assert.deepEqual(cloud.asked.slice(-2), [
    'GET /latest/meta-data/iam/security-credentials/',
    'GET /latest/meta-data/iam/security-credentials/trainer',
  ])
})

test('a role that ends while files are sent is taken anew', { skip: skipS3 }, async (t) => {
  const cloud = await awsCloud(t, 2)
  withEnvironment(t, await webIdentity(t, cloud))
  const remote = await remoteIn(cloud)
  await passesThrough(t, remote)
  await delay(2100)
  const before = cloud.asked.length
  await passesThrough(t, remote)
  assert.ok(cloud.asked.length > before)
})

test('a token of the settings that has ended is refused as a key', { skip: skipS3 }, async (t) => {
  const remote = await remoteIn(await awsCloud(t), {
    access_key_id: 'tidemill',
    secret_access_key: 'tidemill-secret',
    session_token: 'of-yesterday',
  })
  t.after(() => remote.close())
  const file = join(await temporaryFolder(t), 'file')
  writeFileSync(file, 'x')
  await assert.rejects(remote.put(path, file), failsWith('remote_denied', 'token has expired'))
})

test(
  'a role that may not be taken is refused, and by whom is said',
  { skip: skipS3 },
  async (t) => {
    const cloud = await awsCloud(t)
    withEnvironment(t, {
      ...(await webIdentity(t, cloud)),
      AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/forbidden',
    })
    const remote = await remoteIn(cloud)
    t.after(() => remote.close())
    await assert.rejects(
      remote.stat(path),
      failsWith('remote_denied', 'user/ada is not authorized to perform: sts:AssumeRole'),
    )
  },
)

test('a service of roles that does not answer is one to try again', { skip: skipS3 }, async (t) => {
  const cloud = await awsCloud(t)
  withEnvironment(t, await webIdentity(t, { ...cloud, url: 'http://127.0.0.1:9' }))
  const remote = await remoteIn(cloud, {}, s3Remote)
  t.after(() => remote.close())
  await assert.rejects(remote.stat(path), failsWith('remote_unreachable', '127.0.0.1:9'))
})

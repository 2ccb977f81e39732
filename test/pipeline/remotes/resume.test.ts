import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { hash, randomBytes } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { test, type TestContext } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { BlobServiceClient } from '@azure/storage-blob'
import { remoteAt } from '#pipeline'
import { receiveStream } from '../../../src/pipeline/remotes/receive-stream.ts'
import { pieceSender } from '../../../src/pipeline/remotes/send-pieces.ts'
import {
  azureConnection,
  azureServer,
  s3Keys,
  s3Server,
  skipAzure,
  skipS3,
  skipSsh,
  sshServer,
} from '../../support/remote-servers.ts'
import { freePort } from '../../support/services.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const piece = 8 << 20
const path = `files/md5/ab/${'c'.repeat(30)}`
const bytes = randomBytes(piece + 1000)
const fresh = () => `t${randomBytes(6).toString('hex')}`

test(
  'an upload to S3 that a process before us began and left is ended with the parts that are there',
  { skip: skipS3 },
  async (t) => {
    const { client, begun, remote, place, note } = await begunOnS3(t)
    const { pid } = spawnSync('true')
    note({ pid })
    await remote.put(path, join(place, 'file'))
    assert.equal(await remote.get(path, join(place, 'back')), hash('md5', bytes, 'hex'))
    const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand(begun))
    assert.deepEqual(Uploads, [], 'the one that was begun is the one that ended')
    assert.deepEqual(readdirSync(join(place, 'uploads')), [])
  },
)

test(
  'an upload to S3 that another makes of the same object, or a process of ours that lives, is left to it',
  { skip: skipS3 },
  async (t) => {
    const { client, begun, remote, place, note } = await begunOnS3(t)
    const mine = async () => {
      await remote.put(path, join(place, 'file'))
      const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand(begun))
      assert.deepEqual(
        Uploads.map(({ UploadId }) => UploadId),
        [begun.UploadId],
      )
    }
    await mine()
    note({ pid: process.ppid })
    await mine()
    const last = { ...begun, PartNumber: 2, Body: bytes.subarray(piece) }
    const { ETag } = await client.send(new UploadPartCommand(last))
    const Parts = [
      { PartNumber: 1, ETag: begun.ETag },
      { PartNumber: 2, ETag },
    ]
    await client.send(new CompleteMultipartUploadCommand({ ...begun, MultipartUpload: { Parts } }))
  },
)

/** A bucket where an upload of the file was begun, its first part is there, and a remote that notes its uploads. */
async function begunOnS3(t: TestContext) {
  const { port, folder } = await s3Server()
  const Bucket = fresh()
  mkdirSync(join(folder, 'data', Bucket))
  const endpoint = `http://127.0.0.1:${port}`
  const client = new S3Client({
    endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: s3Keys.id, secretAccessKey: s3Keys.secret },
  })
  t.after(() => client.destroy())
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key: path }))
  const first = { Bucket, Key: path, UploadId, PartNumber: 1, Body: bytes.subarray(0, piece) }
  const { ETag } = await client.send(new UploadPartCommand(first))
  const place = await temporaryFolder(t)
  writeFileSync(join(place, 'file'), bytes)
  const options = new Map([
    ['endpointurl', endpoint],
    ['access_key_id', s3Keys.id],
    ['secret_access_key', s3Keys.secret],
    ['region', 'us-east-1'],
  ])
  const uploads = join(place, 'uploads')
  const remote = remoteAt({ name: 'store', url: `s3://${Bucket}`, options, uploads })
  t.after(() => remote.close())
  const note = (by: { readonly pid: number }) => {
    mkdirSync(uploads, { recursive: true })
    const name = hash('sha256', `${endpoint} ${Bucket}/${path}`, 'hex')
    writeFileSync(join(uploads, name), JSON.stringify({ id: UploadId, by }))
  }
  return { client, begun: { Bucket, Key: path, UploadId, ETag }, remote, place, note }
}

test('pieces of files are sent several at a time, and no more than the limit of all together', async (t) => {
  const file = join(await temporaryFolder(t), 'file')
  const size = 5 * piece + 3
  writeFileSync(file, Buffer.alloc(size, 1))
  const send = pieceSender(3)
  const seen: number[] = []
  let [now, most] = [0, 0]
  const one = () =>
    send(file, size, async (_, { length }) => {
      now += 1
      most = Math.max(most, now)
      await delay(100)
      now -= 1
      seen.push(length)
    })
  await Promise.all([one(), one()])
  assert.equal(most, 3)
  assert.equal(seen.length, 12)
  assert.equal(seen.filter((length) => length === 3).length, 2)
})

test(
  'an upload to Azure that was cut off does not send the blocks that are there',
  { skip: skipAzure },
  async (t) => {
    const { port } = await azureServer()
    const connection = azureConnection(port)
    const container = fresh()
    const service = BlobServiceClient.fromConnectionString(connection)
    await service.createContainer(container)
    const blob = service.getContainerClient(container).getBlockBlobClient(path)
    // another content under the name of the first block: had it been sent again, it would be gone
    const label = `000000-${hash('md5', bytes.subarray(0, piece), 'hex')}`
    const marked = Buffer.alloc(piece, 7)
    await blob.stageBlock(Buffer.from(label).toString('base64'), marked, marked.length)

    const place = await temporaryFolder(t)
    writeFileSync(join(place, 'file'), bytes)
    const options = new Map([['connection_string', connection]])
    const remote = remoteAt({ name: 'store', url: `azure://${container}`, options })
    await remote.put(path, join(place, 'file'))
    await remote.get(path, join(place, 'back'))
    const back = readFileSync(join(place, 'back'))
    assert.ok(back.equals(Buffer.concat([marked, bytes.subarray(piece)])))
  },
)

test(
  'a file that was cut off on its way over SSH is gone on with',
  { skip: skipSsh },
  async (t) => {
    const { port, folder } = await sshServer()
    process.env.TIDEMILL_SSH_COMMAND = `ssh -F ${folder}/ssh.config`
    const place = await temporaryFolder(t)
    const store = join(place, 'store')
    mkdirSync(join(store, 'files/md5/ab'), { recursive: true })
    const begun = Buffer.from(bytes.subarray(0, 1_000_000))
    begun[0] = (begun[0] ?? 0) ^ 1
    writeFileSync(join(store, `files/md5/ab/.${'c'.repeat(30)}.part`), begun)
    writeFileSync(join(place, 'file'), bytes)
    const options = new Map([['keyfile', join(folder, 'client')]])
    const remote = remoteAt({ name: 'store', url: `ssh://127.0.0.1:${port}${store}`, options })
    t.after(() => remote.close())
    await remote.put(path, join(place, 'file'))
    const whole = readFileSync(join(store, path))
    assert.ok(whole.equals(Buffer.concat([begun, bytes.subarray(begun.length)])))
  },
)

test('a download that breaks off in the middle is asked for again from there, by itself', async (t) => {
  const asked: (string | undefined)[] = []
  const server = createServer((request, response) => {
    asked.push(request.headers.range)
    const start = Number(/\d+/.exec(request.headers.range ?? '0')?.[0])
    const rest = bytes.subarray(start)
    response.writeHead(start > 0 ? 206 : 200, { 'content-length': rest.length })
    if (asked.length > 2) response.end(rest)
    // about two megabytes, and then the line is dead
    else response.write(rest.subarray(0, 2_000_000), () => setTimeout(() => response.destroy(), 50))
  })
  t.after(() => server.close())
  const port = await freePort()
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const remote = remoteAt({ name: 'store', url: `http://127.0.0.1:${port}`, options: new Map() })
  const file = join(await temporaryFolder(t), 'file')
  assert.equal(await remote.get(path, file), hash('md5', bytes, 'hex'))
  assert.equal(asked.length, 3)
  assert.equal(asked[0], undefined)
  assert.match(asked[1] ?? '', /^bytes=[1-9]\d*-$/)
})

test('what came before is read before the rest is asked for, so that no server waits for that', async (t) => {
  const file = join(await temporaryFolder(t), 'file')
  writeFileSync(file, 'first')
  const md5 = await receiveStream(file, async (offset) => {
    assert.equal(offset, 5)
    // whoever read it later would read this
    writeFileSync(file, 'FIRST')
    return Readable.from([Buffer.from('second')])
  })
  assert.equal(md5, hash('md5', 'firstsecond', 'hex'))
})

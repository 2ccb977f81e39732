import { randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after } from 'node:test'
import { BlobServiceClient } from '@azure/storage-blob'
import type { RemoteConfig } from '#pipeline'
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
import { serveFolder } from '../support/serve-folder.ts'
import { remoteSuite } from '../suites/remote-suite.ts'

function named(url: string, options: Readonly<Record<string, string>> = {}): RemoteConfig {
  return { name: 'store', url, options: new Map(Object.entries(options)) }
}

const fresh = () => `t${randomBytes(6).toString('hex')}`

remoteSuite('folder', false, {
  open: async (t) => named(join(await temporaryFolder(t), 'store')),
  missingPlace: async (t) => named(join(await temporaryFolder(t), 'gone')),
})

async function s3At(bucket: string, options: Readonly<Record<string, string>> = {}) {
  const { port } = await s3Server()
  return named(`s3://${bucket}/some/prefix`, {
    endpointurl: `http://127.0.0.1:${port}`,
    access_key_id: s3Keys.id,
    secret_access_key: s3Keys.secret,
    region: 'us-east-1',
    ...options,
  })
}

async function bucket(): Promise<string> {
  const name = fresh()
  mkdirSync(join((await s3Server()).folder, 'data', name))
  return name
}

remoteSuite('s3', skipS3, {
  open: async () => s3At(await bucket()),
  missingPlace: () => s3At('no-such-bucket'),
  wrongKeys: async () => s3At(await bucket(), { secret_access_key: 'wrong' }),
})

async function azureAt(container: string, key?: string): Promise<RemoteConfig> {
  const { port } = await azureServer()
  return named(`azure://${container}/some/prefix`, {
    connection_string: azureConnection(port, key),
  })
}

async function container(): Promise<string> {
  const name = fresh()
  const { port } = await azureServer()
  await BlobServiceClient.fromConnectionString(azureConnection(port)).createContainer(name)
  return name
}

remoteSuite('azure', skipAzure, {
  open: async () => azureAt(await container()),
  missingPlace: () => azureAt('no-such-container'),
  wrongKeys: async () => azureAt(await container(), Buffer.alloc(64, 1).toString('base64')),
})

async function sshAt(path: string, key = 'client'): Promise<RemoteConfig> {
  const { port, folder } = await sshServer()
  process.env.TIDEMILL_SSH_COMMAND = `ssh -F ${folder}/ssh.config`
  return named(`ssh://127.0.0.1:${port}${path}`, { keyfile: join(folder, key) })
}

remoteSuite('ssh', skipSsh, {
  open: async (t) => sshAt(join(await temporaryFolder(t), 'store')),
  missingPlace: async (t) => sshAt(join(await temporaryFolder(t), 'no/such/folder')),
  wrongKeys: async (t) => sshAt(await temporaryFolder(t), 'host'),
})

let web: { server: Server; url: string; folder: string } | undefined

async function webServer(): Promise<{ server: Server; url: string; folder: string }> {
  if (web) return web
  const folder = await mkdtemp(join(tmpdir(), 'tidemill-web-'))
  const port = await freePort()
  const server = createServer(serveFolder(folder, { user: 'ada', password: 'lovelace' }))
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  web = { server, folder, url: `http://127.0.0.1:${port}` }
  return web
}

after(async () => {
  web?.server.close()
  web?.server.closeAllConnections()
  if (web) await rm(web.folder, { recursive: true, force: true })
})

let top = ''
const login = { auth: 'basic', user: 'ada', password: 'lovelace' }

remoteSuite('http', false, {
  async open() {
    const { url } = await webServer()
    top = fresh()
    return named(`${url}/${top}`, login)
  },
  async place(path, bytes) {
    const file = join((await webServer()).folder, top, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, bytes)
  },
  wrongKeys: async () => named((await webServer()).url, { ...login, password: 'wrong' }),
})

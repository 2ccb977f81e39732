import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join, resolve } from 'node:path'
import { after } from 'node:test'
import { startServer, type ServerProcess } from './server-process.ts'
import { folderWith, freePort, skipWithout } from './services.ts'

/** Where scripts/services.mjs puts servers. */
const services = resolve(process.env.TIDEMILL_SERVICES ?? '.services')

function found(path: string): string | undefined {
  return existsSync(path) ? path : undefined
}

const gateway = found(join(services, 'bin/versitygw'))
const azurite = found(join(services, 'azurite/node_modules/azurite/dist/src/blob/main.js'))
const sshd = found('/usr/sbin/sshd')

const get = 'node scripts/services.mjs gets it'
export const skipS3: string | false = skipWithout(gateway, `versitygw (an S3 server; ${get})`)
export const skipAzure: string | false = skipWithout(azurite, `azurite (${get})`)
export const skipEntra: string | false =
  skipAzure || skipWithout(folderWith(['openssl']), 'openssl')
export const skipSsh: string | false = skipWithout(
  sshd && folderWith(['ssh', 'ssh-keygen']),
  'sshd (openssh-server) with ssh',
)

export interface RunningServer {
  readonly port: number
  readonly folder: string
  readonly server: ServerProcess
}

/** Starts a server of the test process, once; it and its folder go when the tests have ended. */
function shared(
  start: (folder: string, port: number) => Promise<ServerProcess>,
): () => Promise<RunningServer> {
  let running: Promise<RunningServer> | undefined
  after(async () => {
    const { server, folder } = (await running?.catch(() => undefined)) ?? {}
    await server?.stop('SIGTERM')
    if (folder !== undefined) await rm(folder, { recursive: true, force: true })
  })
  return () =>
    (running ??= (async () => {
      const folder = await mkdtemp(join(tmpdir(), 'tidemill-remote-'))
      const port = await freePort()
      return { folder, port, server: await start(folder, port) }
    })())
}

export const s3Keys = { id: 'tidemill', secret: 'tidemill-secret' }

/** An S3 gateway whose buckets are the folders of `data`. */
export const s3Server: () => Promise<RunningServer> = shared((folder, port) => {
  mkdirSync(join(folder, 'data'))
  const place = `127.0.0.1:${port}`
  return startServer(
    gateway ?? '',
    ['--port', place, '--health', '/health', '--quiet', 'posix', join(folder, 'data')],
    {
      cwd: folder,
      env: { ...process.env, ROOT_ACCESS_KEY: s3Keys.id, ROOT_SECRET_KEY: s3Keys.secret },
    },
    async () => {
      const answer = await fetch(`http://${place}/health`)
      if (!answer.ok) throw new Error(`${answer.status}`)
    },
  )
})

/** The account of every Azure emulator, as its maker documents it. */
export const azureKey =
  'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=='

export function azureConnection(port: number, key: string = azureKey): string {
  return `DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=${key};BlobEndpoint=http://127.0.0.1:${port}/devstoreaccount1;`
}

export const azureServer: () => Promise<RunningServer> = shared((folder, port) =>
  startServer(
    process.execPath,
    [
      azurite ?? '',
      ...['--blobHost', '127.0.0.1', '--blobPort', String(port), '--location', folder],
      ...['--silent', '--disableTelemetry', '--skipApiVersionCheck', '--disableProductStyleUrl'],
    ],
    { cwd: folder },
    () => tcp(port),
  ),
)

/** What a test trusts, and what its servers show, under the names of Microsoft's cloud. */
function certificate(folder: string): { readonly cert: string; readonly key: string } {
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
  const names = 'DNS:login.microsoftonline.com,DNS:devstoreaccount1.blob.core.windows.net'
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
      ...['-days', '2', '-subj', '/CN=tidemill', '-addext', `subjectAltName=${names}`],
      ...['-out', cert, '-keyout', key],
    ],
    { stdio: 'pipe' },
  )
  return { cert, key }
}

/** One that takes the tokens of Entra as well, and so speaks HTTPS; its certificate is in its folder. */
export const azureSecureServer: () => Promise<RunningServer> = shared((folder, port) => {
  const { cert, key } = certificate(folder)
  return startServer(
    process.execPath,
    [
      azurite ?? '',
      ...['--blobHost', '127.0.0.1', '--blobPort', String(port), '--location', folder],
      ...['--cert', cert, '--key', key, '--oauth', 'basic'],
      ...['--silent', '--disableTelemetry', '--skipApiVersionCheck'],
    ],
    { cwd: folder },
    () => tcp(port),
  )
})

/** An SSH server with keys of its own; `ssh.config` in its folder lets a client in. */
export const sshServer: () => Promise<RunningServer> = shared((folder, port) => {
  const key = (name: string) =>
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, name)])
  key('host')
  key('client')
  writeFileSync(join(folder, 'keys'), readFileSync(join(folder, 'client.pub')), { mode: 0o600 })
  const hostKey = readFileSync(join(folder, 'host.pub'), 'utf8').split(' ').slice(0, 2).join(' ')
  writeFileSync(join(folder, 'known'), `[127.0.0.1]:${port} ${hostKey}\n`)
  writeFileSync(
    join(folder, 'sshd.config'),
    [
      `ListenAddress 127.0.0.1`,
      `Port ${port}`,
      `HostKey ${folder}/host`,
      `AuthorizedKeysFile ${folder}/keys`,
      'StrictModes no',
      'UsePAM no',
      'PasswordAuthentication no',
      `PidFile ${folder}/pid`,
      'Subsystem sftp internal-sftp',
      '',
    ].join('\n'),
  )
  writeFileSync(
    join(folder, 'ssh.config'),
    `UserKnownHostsFile ${folder}/known\nStrictHostKeyChecking yes\nUser ${userInfo().username}\n`,
  )
  // where it separates its privileges; the distribution makes it when it starts its own server
  if (userInfo().uid === 0) mkdirSync('/run/sshd', { recursive: true })
  return startServer(
    sshd ?? '',
    ['-D', '-e', '-f', join(folder, 'sshd.config')],
    { cwd: folder },
    () => tcp(port),
  )
})

function tcp(port: number): Promise<void> {
  return new Promise((done, reject) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy()
      done()
    })
    socket.once('error', reject)
  })
}

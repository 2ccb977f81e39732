import { spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { denied, unreachable, type NamedPlace } from './remote-errors.ts'
import type { RemoteSettings } from './settings.ts'
import { openSftp, type SftpClient } from './sftp-client.ts'

export interface SshConnection {
  readonly client: SftpClient
  end(): void
}

/**
 * Starts the machine's own `ssh`, so that its configuration, agent, known hosts and jump hosts are used, and speaks SFTP through it.
 * `TIDEMILL_SSH_COMMAND` names another program, or options for this one. Errors: `remote_unreachable`, `remote_denied`.
 */
export async function connectSsh(settings: RemoteSettings): Promise<SshConnection> {
  const at: NamedPlace = { name: settings.name, place: settings.url }
  const { options } = settings
  const address = new URL(settings.url)
  const host = address.hostname.replace(/^\[(.*)\]$/, '$1')
  const user = options.get('user') ?? decodeURIComponent(address.username)
  const port = options.get('port') ?? address.port
  const keyfile = options.get('keyfile')
  const password = options.get('password')
  const [program = 'ssh', ...own] = (process.env.TIDEMILL_SSH_COMMAND ?? 'ssh')
    .split(' ')
    .filter((word) => word !== '')
  const args = [
    ...own,
    ...(password === undefined ? ['-oBatchMode=yes'] : ['-oNumberOfPasswordPrompts=1']),
    `-oConnectTimeout=${options.get('timeout') ?? 15}`,
    '-oServerAliveInterval=20',
    ...(user === '' ? [] : ['-l', user]),
    ...(port === '' ? [] : ['-p', port]),
    ...(keyfile === undefined ? [] : ['-i', keyfile]),
    '-s',
    '--',
    host,
    'sftp',
  ]
  const asking = password === undefined ? undefined : askpass(password)
  const child = spawn(program, args, {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, LC_ALL: 'C', ...asking?.env },
  })
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-2000)))
  const ended = new Promise<Error>((resolve) => {
    child.once('error', (error) => resolve(unreachable(at, error)))
    child.once('close', () => resolve(reasonOf(at, said)))
  })
  try {
    const opening = openSftp(child.stdout, child.stdin)
    opening.catch(() => undefined)
    const client = await Promise.race([
      opening,
      ended.then((reason) => {
        throw reason
      }),
    ])
    void ended.then((reason) => client.fail(reason))
    return {
      client,
      end: () => {
        child.stdin.end()
        child.kill()
      },
    }
  } finally {
    asking?.remove()
  }
}

function reasonOf(at: NamedPlace, said: string): Error {
  const line = said.trim().split('\n').at(-1)?.trim() || 'ssh ended'
  return /denied|verification failed|no matching|authentication|bad permissions/i.test(said)
    ? denied(at, line)
    : unreachable(at, new Error(line))
}

/** ssh asks a program for the password when it may not ask on a terminal; this one prints what its environment holds. */
function askpass(password: string): { env: Record<string, string>; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), `tidemill-ssh-${userInfo().uid}-`))
  const file = join(folder, 'askpass')
  writeFileSync(file, '#!/bin/sh\nprintf "%s\\n" "$TIDEMILL_SSH_PASSWORD"\n')
  chmodSync(file, 0o700)
  return {
    env: {
      SSH_ASKPASS: file,
      SSH_ASKPASS_REQUIRE: 'force',
      DISPLAY: process.env.DISPLAY ?? ':0',
      TIDEMILL_SSH_PASSWORD: password,
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

import { createReadStream, statSync } from 'node:fs'
import { posix } from 'node:path'
import { TidemillError } from '#contract/error'
import { denied, missingObject, placeMissing, unreachable } from './remote-errors.ts'
import { receiveStream, told } from './receive-stream.ts'
import type { Remote } from './remote.ts'
import type { RemoteSettings } from './settings.ts'
import { SftpStatus, type SftpClient } from './sftp-client.ts'
import { statuses } from './sftp-packets.ts'
import { connectSsh, type SshConnection } from './ssh-connection.ts'

/** A folder of another machine, over SFTP. */
export function sshRemote(settings: RemoteSettings): Remote {
  const { name, url: place } = settings
  const at = { name, place }
  const top = posix.normalize(decodeURIComponent(new URL(place).pathname)).replace(/\/$/, '')
  const made = new Set<string>()
  let connection: Promise<SshConnection> | undefined

  async function ask<T>(path: string, work: (client: SftpClient) => Promise<T>): Promise<T> {
    const opened = (connection ??= connectSsh(settings))
    try {
      return await work((await opened).client)
    } catch (error) {
      if (error instanceof TidemillError && error.code === 'remote_unreachable') {
        // the next attempt connects anew
        if (connection === opened) connection = undefined
        void opened.then(
          (each) => each.end(),
          () => undefined,
        )
      }
      throw explain(error, path)
    }
  }

  function explain(error: unknown, path: string): unknown {
    if (!(error instanceof SftpStatus)) return error
    if (error.status === statuses.missing) return missingObject(at, path, error)
    if (error.status === statuses.denied) return denied(at, `${path}: ${error.message}`, error)
    return unreachable(at, new Error(`${path}: ${error.message}`))
  }

  /** Without the folder itself, nothing in it says anything. */
  async function missing(client: SftpClient, path: string): Promise<TidemillError> {
    return (await client.stat(top)) === undefined ? placeMissing(at) : missingObject(at, path)
  }

  /** The folder of a remote may be new; the one above it is somebody's and must be there. */
  async function ensureFolder(client: SftpClient, folder: string): Promise<void> {
    if (folder === '' || made.has(folder)) return
    if (folder !== top) await ensureFolder(client, posix.dirname(folder))
    await client.makeFolder(folder).catch((error: unknown) => {
      if (folder === top && error instanceof SftpStatus && error.status === statuses.missing)
        throw placeMissing(at, error)
      throw error
    })
    made.add(folder)
  }

  async function* filesBelow(client: SftpClient, folder: string): AsyncGenerator<string> {
    for (const entry of await client.list(`${top}/${folder}`)) {
      const path = `${folder}/${entry.name}`
      if (entry.folder) yield* filesBelow(client, path)
      else if (!entry.name.startsWith('.')) yield path
    }
  }

  return {
    name,
    stat: (path) =>
      ask(path, async (client) => {
        const found = await client.stat(`${top}/${path}`)
        return found && !found.folder ? { size: found.size } : undefined
      }),
    put: (path, file, onBytes) =>
      ask(path, async (client) => {
        const target = `${top}/${path}`
        // the name says what is in it, so that whoever was cut off before has sent the same bytes
        const partial = posix.join(posix.dirname(target), `.${posix.basename(target)}.part`)
        await ensureFolder(client, posix.dirname(target))
        const { size } = statSync(file)
        const sent = Math.min((await client.stat(partial))?.size ?? 0, size)
        const source = createReadStream(file, { start: sent })
        await client.write(partial, sent, told(source, onBytes))
        await client.rename(partial, target)
      }),
    get: (path, file, onBytes) =>
      receiveStream(
        file,
        (offset) =>
          ask(path, async (client) => {
            const found = await client.stat(`${top}/${path}`)
            if (found === undefined) throw await missing(client, path)
            return found.size <= offset
              ? undefined
              : client.read(`${top}/${path}`, offset, found.size)
          }),
        onBytes,
      ).catch((error: unknown) => {
        throw explain(error, path)
      }),
    async *list(folder) {
      const client = (await (connection ??= connectSsh(settings))).client
      if ((await ask(folder, (each) => each.stat(`${top}/${folder}`))) === undefined) return
      yield* filesBelow(client, folder)
    },
    remove: (path) => ask(path, (client) => client.remove(`${top}/${path}`)),
    async close() {
      const opened = await connection?.catch(() => undefined)
      opened?.end()
      connection = undefined
    },
  }
}

import { hash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { RestError, type ContainerClient } from '@azure/storage-blob'
import { TidemillError } from '#contract/error'
import { azureClient, outside } from './azure-client.ts'
import { entraError } from './entra-errors.ts'
import { defaultJobs } from './in-parallel.ts'
import {
  denied,
  isLostConnection,
  missingObject,
  placeMissing,
  problemOf,
  unreachable,
} from './remote-errors.ts'
import { receiveStream } from './receive-stream.ts'
import type { OnBytes, Remote } from './remote.ts'
import { pieceSender, pieceSize } from './send-pieces.ts'
import type { RemoteSettings } from './settings.ts'

/** A container of Azure's blobs. */
export function azureRemote(settings: RemoteSettings): Remote {
  const { name, url } = settings
  const at = { name, place: url }
  const [named = '', ...folders] = url.replace(/^azure:\/\//, '').split('/')
  const containerName = named === '' ? (outside('container_name') ?? '') : named
  const prefix = folders
    .filter((each) => each !== '')
    .map((each) => `${each}/`)
    .join('')
  let opened: Promise<ContainerClient> | undefined
  let settled = false
  const sendPieces = pieceSender(defaultJobs(settings.options))

  async function ask<T>(work: (container: ContainerClient) => Promise<T>, path = ''): Promise<T> {
    try {
      opened ??= azureClient(settings).then((client) => client.getContainerClient(containerName))
      return await work(await opened)
    } catch (error) {
      throw explain(error, settings, path)
    }
  }

  /** Sends a large file in blocks named by their digests: those that an upload before left there are not sent again. */
  async function putBlocks(
    path: string,
    file: string,
    size: number,
    onBytes?: OnBytes,
  ): Promise<void> {
    const known = await stagedBlocks(path)
    const blocks: string[] = []
    await sendPieces(file, size, async (index, bytes) => {
      const label = `${String(index).padStart(6, '0')}-${hash('md5', bytes, 'hex')}`
      const id = Buffer.from(label).toString('base64')
      blocks[index] = id
      if (!known.has(id)) {
        await ask((container) =>
          container
            .getBlockBlobClient(`${prefix}${path}`)
            .stageBlock(id, bytes, bytes.length, { transactionalContentMD5: md5Bytes(bytes) }),
        )
      }
      onBytes?.(bytes.length)
    })
    await ask((container) =>
      container.getBlockBlobClient(`${prefix}${path}`).commitBlockList(blocks),
    )
  }

  async function stagedBlocks(path: string): Promise<ReadonlySet<string>> {
    try {
      const { uncommittedBlocks = [] } = await ask(
        (container) => container.getBlockBlobClient(`${prefix}${path}`).getBlockList('uncommitted'),
        path,
      )
      return new Set(uncommittedBlocks.map((block) => block.name))
    } catch (error) {
      if (error instanceof TidemillError && error.code === 'remote_object_missing') return new Set()
      throw error
    }
  }

  return {
    name,
    async stat(path) {
      try {
        const { contentLength: size = 0, etag } = await ask(
          (container) => container.getBlobClient(`${prefix}${path}`).getProperties(),
          path,
        )
        return { size, ...(etag === undefined ? {} : { etag }) }
      } catch (error) {
        if (!(error instanceof TidemillError) || error.code !== 'remote_object_missing') throw error
        await requireContainer()
        return undefined
      }
    },
    async put(path, file, onBytes) {
      const { size } = statSync(file)
      if (size > pieceSize(0)) {
        await putBlocks(path, file, size, onBytes)
        return
      }
      const bytes = readFileSync(file)
      await ask((container) =>
        container.getBlockBlobClient(`${prefix}${path}`).upload(bytes, bytes.length, {
          blobHTTPHeaders: { blobContentMD5: md5Bytes(bytes) },
        }),
      )
      onBytes?.(size)
    },
    async get(path, file, onBytes) {
      try {
        return await receiveStream(
          file,
          (offset) =>
            ask(async (container) => {
              const answer = await container.getBlobClient(`${prefix}${path}`).download(offset)
              return bytesOf(answer.readableStreamBody)
            }, path).catch(nothingMore),
          onBytes,
        )
      } catch (error) {
        throw explain(error, settings, path)
      }
    },
    async *list(folder) {
      const container = await ask(async (each) => each)
      const pages = container.listBlobsFlat({ prefix: `${prefix}${folder}/` })
      try {
        for await (const blob of pages) yield blob.name.slice(prefix.length)
      } catch (error) {
        throw explain(error, settings, '')
      }
    },
    async remove(path) {
      await ask((container) => container.getBlobClient(`${prefix}${path}`).deleteIfExists())
    },
    close: async () => undefined,
  }

  async function requireContainer(): Promise<void> {
    if (settled) return
    if (!(await ask((container) => container.exists()))) throw placeMissing(at)
    settled = true
  }
}

function md5Bytes(bytes: Buffer): Uint8Array {
  return hash('md5', bytes, 'buffer')
}

async function* bytesOf(stream: NodeJS.ReadableStream | undefined): AsyncGenerator<Uint8Array> {
  for await (const chunk of stream ?? [])
    yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk
}

/** A range that starts behind the last byte: what is here is all there is. */
function nothingMore(error: unknown): undefined {
  const cause = error instanceof Error ? error.cause : undefined
  if (cause instanceof RestError && cause.statusCode === 416) return
  throw error
}

/** What the service does not say itself. */
const refusals: Readonly<Record<string, string>> = {
  AuthorizationPermissionMismatch:
    'AuthorizationPermissionMismatch; give the identity the role Storage Blob Data Contributor on the account or the container, or the signature more permissions',
}

function explain(error: unknown, settings: RemoteSettings, path: string): unknown {
  if (error instanceof TidemillError) return error
  const at = { name: settings.name, place: settings.url }
  const refused = entraError(error, at)
  if (refused) return refused
  if (error instanceof RestError && error.statusCode !== undefined) {
    const { statusCode: status } = error
    // an answer to HEAD has no body
    const code = error.code ?? error.response?.headers.get('x-ms-error-code') ?? ''
    if (code === 'ContainerNotFound') return placeMissing(at, error)
    if (status === 404) return missingObject(at, path, error)
    if (status === 401 || status === 403)
      return denied(at, refusals[code] ?? (code || problemOf(error)), error)
    if (status >= 500 || status === 429) return unreachable(at, error)
    return new TidemillError(
      'bad_request',
      { problem: `The remote ${at.name}: ${code || problemOf(error)}` },
      error,
    )
  }
  return isLostConnection(error) ? unreachable(at, error) : error
}

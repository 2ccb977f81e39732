import { hash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import * as s3 from '@aws-sdk/client-s3'
import { TidemillError } from '#contract/error'
import {
  denied,
  isLostConnection,
  missingObject,
  placeMissing,
  problemOf,
  unreachable,
} from './remote-errors.ts'
import type { Remote } from './remote.ts'
import { receiveStream } from './receive-stream.ts'
import { s3Client } from './s3-client.ts'
import { s3Parts, writeSettings } from './s3-parts.ts'
import { pieceSize } from './send-pieces.ts'
import type { RemoteSettings } from './settings.ts'

/** A bucket of S3, or of anything that speaks it. */
export function s3Remote(settings: RemoteSettings): Remote {
  const { name, url: place } = settings
  const at = { name, place }
  const [Bucket = '', ...folders] = place.replace(/^s3:\/\//, '').split('/')
  const prefix = folders
    .filter((each) => each !== '')
    .map((each) => `${each}/`)
    .join('')
  const opened = s3Client(settings)
  const putParts = s3Parts(settings, Bucket, ask)
  let present: Promise<void> | undefined

  async function ask<T>(work: (client: s3.S3Client) => Promise<T>, path = ''): Promise<T> {
    try {
      return await work(await opened)
    } catch (error) {
      throw explain(error, settings, path)
    }
  }

  /** An object that is not there says nothing of its bucket; that is asked once. */
  const requireBucket = (): Promise<void> =>
    (present ??= ask((client) => client.send(new s3.HeadBucketCommand({ Bucket }))).then(
      () => undefined,
      (error: unknown) => {
        // keys that may not look at the bucket may still use it
        if (!(error instanceof TidemillError) || error.code === 'remote_denied') return
        present = undefined
        throw error.code === 'remote_object_missing' ? placeMissing(at, error) : error
      },
    ))

  async function putSmall(Key: string, bytes: Buffer): Promise<void> {
    await ask((client) =>
      client.send(
        new s3.PutObjectCommand({
          ...writeSettings(settings),
          Bucket,
          Key,
          Body: bytes,
          ContentLength: bytes.length,
          ContentMD5: hash('md5', bytes, 'base64'),
        }),
      ),
    )
  }

  return {
    name,
    async stat(path) {
      try {
        const { ContentLength: size = 0, ETag: etag } = await ask(
          (client) => client.send(new s3.HeadObjectCommand({ Bucket, Key: `${prefix}${path}` })),
          path,
        )
        return { size, ...(etag === undefined ? {} : { etag: etag.replaceAll('"', '') }) }
      } catch (error) {
        if (!(error instanceof TidemillError) || error.code !== 'remote_object_missing') throw error
        await requireBucket()
        return undefined
      }
    },
    async put(path, file, onBytes) {
      const { size } = statSync(file)
      const key = `${prefix}${path}`
      if (size > pieceSize(0)) {
        await putParts(key, file, size, onBytes)
        return
      }
      await putSmall(key, readFileSync(file))
      onBytes?.(size)
    },
    async get(path, file, onBytes) {
      try {
        return await receiveStream(
          file,
          (offset) =>
            ask(async (client) => {
              const { Body } = await client.send(
                new s3.GetObjectCommand({
                  Bucket,
                  Key: `${prefix}${path}`,
                  ...(offset === 0 ? {} : { Range: `bytes=${offset}-` }),
                }),
              )
              return Body === undefined ? undefined : Body.transformToWebStream()
            }, path).catch(nothingMore),
          onBytes,
        )
      } catch (error) {
        if (error instanceof TidemillError && error.code === 'remote_object_missing')
          await requireBucket()
        throw explain(error, settings, path)
      }
    },
    async *list(folder) {
      let token: string | undefined
      do {
        const page = await ask((client) =>
          client.send(
            new s3.ListObjectsV2Command({
              Bucket,
              Prefix: `${prefix}${folder}/`,
              ...(token === undefined ? {} : { ContinuationToken: token }),
            }),
          ),
        )
        for (const { Key } of page.Contents ?? [])
          if (Key !== undefined) yield Key.slice(prefix.length)
        token = page.IsTruncated ? page.NextContinuationToken : undefined
      } while (token !== undefined)
    },
    async remove(path) {
      await ask((client) =>
        client.send(new s3.DeleteObjectCommand({ Bucket, Key: `${prefix}${path}` })),
      )
    },
    async close() {
      const client = await opened.catch(() => undefined)
      client?.destroy()
    },
  }
}

/** A range that starts behind the last byte: what is here is all there is. */
function nothingMore(error: unknown): undefined {
  const cause = error instanceof Error ? error.cause : undefined
  if (cause instanceof s3.S3ServiceException && cause.$metadata.httpStatusCode === 416) return
  throw error
}

/** What S3 says, or the service that roles are taken from, whose errors are of a class of its own. */
function isAnswer(error: unknown): error is s3.S3ServiceException {
  return error instanceof Error && '$fault' in error && '$metadata' in error
}

function explain(error: unknown, settings: RemoteSettings, path: string): unknown {
  if (error instanceof TidemillError) return error
  const at = { name: settings.name, place: settings.url }
  if (isAnswer(error)) {
    const status = error.$metadata.httpStatusCode ?? 0
    const problem = [error.name, problemOf(error)].filter((each) => each !== 'Unknown').join(': ')
    if (error.name === 'NoSuchBucket') return placeMissing(at, error)
    if (status === 404) return missingObject(at, path, error)
    if (status === 401 || status === 403 || error.name.includes('Token'))
      return denied(at, problem, error)
    if (status >= 500 || status === 429 || error.$retryable) return unreachable(at, error)
    return new TidemillError('bad_request', { problem: `The remote ${at.name}: ${problem}` }, error)
  }
  if (error instanceof Error && /Credentials|Token/.test(error.name))
    return denied(at, problemOf(error), error)
  return isLostConnection(error) ? unreachable(at, error) : error
}

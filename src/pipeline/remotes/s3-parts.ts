import { hash } from 'node:crypto'
import * as s3 from '@aws-sdk/client-s3'
import { TidemillError } from '#contract/error'
import { begunUploads } from './begun-uploads.ts'
import { defaultJobs } from './in-parallel.ts'
import { unreachable } from './remote-errors.ts'
import type { OnBytes } from './remote.ts'
import { pieceSender } from './send-pieces.ts'
import type { RemoteSettings } from './settings.ts'

type Ask = <T>(work: (client: s3.S3Client) => Promise<T>) => Promise<T>

/**
 * Sends large files in parts, several at a time. An upload of ours that was cut off is gone on with: what it has is not sent again.
 * What others upload under the same name is left to them.
 */
export function s3Parts(
  settings: RemoteSettings,
  Bucket: string,
  ask: Ask,
): (Key: string, file: string, size: number, onBytes?: OnBytes) => Promise<void> {
  const sendPieces = pieceSender(defaultJobs(settings.options))
  const begun = begunUploads(settings.uploads)

  async function begin(Key: string): Promise<string> {
    const { UploadId } = await ask((client) =>
      client.send(new s3.CreateMultipartUploadCommand({ ...writeSettings(settings), Bucket, Key })),
    )
    if (UploadId !== undefined) return UploadId
    const at = { name: settings.name, place: settings.url }
    throw unreachable(at, new Error('it began no upload'))
  }

  /** The parts that an upload has; `undefined` for one that is gone, or that these keys may not look at. */
  async function partsOf(
    Key: string,
    UploadId: string,
  ): Promise<ReadonlyMap<number, string> | undefined> {
    const found = new Map<number, string>()
    let marker: string | undefined
    try {
      do {
        const after = marker === undefined ? {} : { PartNumberMarker: marker }
        const page = await ask((client) =>
          client.send(new s3.ListPartsCommand({ Bucket, Key, UploadId, ...after })),
        )
        for (const { PartNumber, ETag } of page.Parts ?? [])
          if (PartNumber !== undefined && ETag !== undefined) found.set(PartNumber, ETag)
        marker = page.IsTruncated ? page.NextPartNumberMarker : undefined
      } while (marker !== undefined)
      return found
    } catch (error) {
      const isClosed =
        error instanceof TidemillError &&
        (error.code === 'remote_object_missing' || error.code === 'remote_denied')
      if (isClosed) return undefined
      throw error
    }
  }

  async function sendPart(part: Omit<s3.UploadPartCommandInput, 'Bucket'>, md5: Buffer) {
    const ContentMD5 = md5.toString('base64')
    const { ETag } = await ask((client) =>
      client.send(new s3.UploadPartCommand({ ...part, Bucket, ContentMD5 })),
    )
    return ETag
  }

  return async (Key, file, size, onBytes) => {
    const place = `${settings.options.get('endpointurl') ?? ''} ${Bucket}/${Key}`
    const before = begun.find(place)
    const had = before === undefined ? undefined : await partsOf(Key, before)
    const UploadId = before !== undefined && had ? before : await begin(Key)
    const Parts: s3.CompletedPart[] = []
    await begun.send(place, UploadId, async () => {
      await sendPieces(file, size, async (index, bytes) => {
        const PartNumber = index + 1
        const md5 = hash('md5', bytes, 'buffer')
        const kept = had?.get(PartNumber)
        const ETag =
          kept === `"${md5.toString('hex')}"`
            ? kept
            : await sendPart({ Key, UploadId, PartNumber, Body: bytes }, md5)
        Parts[index] = { PartNumber, ...(ETag === undefined ? {} : { ETag }) }
        onBytes?.(bytes.length)
      })
      const done = { Bucket, Key, UploadId, MultipartUpload: { Parts } }
      await ask((client) => client.send(new s3.CompleteMultipartUploadCommand(done)))
    })
  }
}

export function writeSettings({ options }: RemoteSettings): Partial<s3.PutObjectCommandInput> {
  const acl = s3.ObjectCannedACL
  const encryption = Object.values(s3.ServerSideEncryption).find(
    (each) => each === options.get('sse'),
  )
  const kms = options.get('sse_kms_key_id')
  const canned = Object.values(acl).find((each) => each === options.get('acl'))
  return {
    ...(encryption === undefined ? {} : { ServerSideEncryption: encryption }),
    ...(kms === undefined ? {} : { SSEKMSKeyId: kms }),
    ...(canned === undefined ? {} : { ACL: canned }),
  }
}

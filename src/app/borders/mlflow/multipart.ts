import { isForThisMachine } from '#http'
import { TidemillError } from '#contract'
import { placeOf } from '#tracking'
import { requireOwner } from '../../artifact-download.ts'
import { wrong } from './input.ts'
import type { Call, MlflowRoute } from './route.ts'

const path = '2.0/mlflow-artifacts/mpu'
/** As many as a list of one call holds: 50 GB in the client's usual parts of 10 MiB. */
const mostParts = 5000

interface Target {
  readonly owner: string
  readonly path: string
}

/** The file: its folder is in the address, and its name is that of the file on the client's disk. */
async function targetOf({ rooms, input }: Call): Promise<Target> {
  const folder = placeOf(input.need('*'))
  await requireOwner(rooms, folder.owner)
  const name = input.need('path').split(/[\\/]/).at(-1) ?? ''
  const within = folder.path === '' ? name : `${folder.path}/${name}`
  return { owner: folder.owner, path: await rooms.tracking.expectArtifact(folder.owner, within) }
}

/** That the upload is of the file the address names, which the caller was found to write to. */
async function needUpload(
  call: Call,
): Promise<Target & { readonly id: string; readonly done: boolean }> {
  const target = await targetOf(call)
  const id = call.input.need('upload_id')
  const { owner, path: to, done } = await call.rooms.uploads.find(id)
  if (owner !== target.owner || to !== target.path) {
    throw new TidemillError('not_found', { kind: 'upload', name: `of ${target.path}` })
  }
  return { ...target, id, done }
}

/**
 * Where the client reached this server: parts go there by themselves, without what the client proved itself with. A server whose cookies
 * are for https alone is reached by https, but for a program of its own machine that asks past the proxy.
 */
function addressOf({ app, request: { headers, protocol } }: Call): string {
  const isProxied = app.config.server?.secureCookies === true && !isForThisMachine(headers.host)
  return `${isProxied ? 'https' : protocol}://${String(headers.host)}`
}

export const multipartRoutes: readonly MlflowRoute[] = [
  {
    method: 'POST',
    path: `${path}/create/*`,
    permission: 'tracking:write',
    async run(call) {
      const { rooms, input } = call
      const target = await targetOf(call)
      const parts = input.integer('num_parts') ?? 1
      if (parts < 1 || parts > mostParts) throw wrong('num_parts', parts, `1 to ${mostParts}`)
      const id = await rooms.uploads.begin({ ...target, parts })
      const start = `${addressOf(call)}/api/${path}/part/${id}`
      return {
        upload_id: id,
        credentials: Array.from({ length: parts }, (_, index) => ({
          url: `${start}/${index + 1}?project=${rooms.project}`,
          part_number: index + 1,
          headers: {},
        })),
      }
    },
  },
  {
    method: 'PUT',
    path: `${path}/part/:upload_id/:number`,
    // The name of the upload is what its sender proves themselves with, as with presigned addresses.
    permission: 'public',
    accepts: 'bytes',
    async run({ rooms, input, request }) {
      const number = input.integer('number') ?? 0
      const etag = await rooms.uploads.put(input.need('upload_id'), number, request.stream)
      request.setHeader('etag', `"${etag}"`)
      return {}
    },
  },
  {
    method: 'POST',
    path: `${path}/complete/*`,
    permission: 'tracking:write',
    async run(call) {
      const { app, rooms, input } = call
      const { id, owner, path: to, done } = await needUpload(call)
      // The answer to the first call may have been lost.
      if (done) return {}
      const parts = input.list('parts').map((part) => ({
        number: part.integer('part_number') ?? 0,
        etag: part.need('etag').replaceAll('"', ''),
      }))
      await rooms.tracking.putArtifact(owner, to, await rooms.uploads.whole(id, parts))
      await rooms.uploads.finish(id)
      app.events.emit('runs', owner)
      return {}
    },
  },
  {
    method: 'POST',
    path: `${path}/abort/*`,
    permission: 'tracking:write',
    async run(call) {
      const { id } = await needUpload(call)
      await call.rooms.uploads.abort(id)
      return {}
    },
  },
]

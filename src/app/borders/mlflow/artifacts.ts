import { TidemillError } from '#contract'
import { bytes, json } from '#http'
import { ownPlaceOf, placeOf, plainPath, type Listed, type Place } from '#tracking'
import { artifactDownload, requireOwner } from '../../artifact-download.ts'
import { atMostBytes } from './limits.ts'
import type { Call, MlflowRoute } from './route.ts'
import { artifactRootOf } from './run-wire.ts'

const proxy = '2.0/mlflow-artifacts/artifacts'

function fileWire({ path, size }: Listed): object {
  return size === undefined ? { path, is_dir: true } : { path, is_dir: false, file_size: size }
}

export async function download({ rooms, request }: Call, place: Place): Promise<unknown> {
  const { bytes: payload, ...facts } = await artifactDownload(rooms, place, request.headers.range)
  return bytes(payload, facts)
}

/** Of the page's own upload; clients send files of any size through the proxy. */
const mostUploaded = 10 << 20

const unsupported = (): Promise<unknown> =>
  Promise.resolve(
    json(
      {
        error_code: 'NOT_IMPLEMENTED',
        message: 'Presigned addresses are not given out; use the artifacts proxy.',
      },
      501,
    ),
  )

export const artifactRoutes: readonly MlflowRoute[] = [
  {
    method: 'GET',
    path: '2.0/mlflow/artifacts/list',
    permission: 'tracking:read',
    async run({ rooms, input }) {
      const id = input.text('run_id') ?? input.need('run_uuid')
      const run = await rooms.tracking.run(id)
      const files = await rooms.tracking.listArtifacts(id, plainPath(input.text('path') ?? ''))
      const experiment = await rooms.tracking.experiment(run.experimentId)
      const root = artifactRootOf(run.experimentId, id, run.artifactRoot ?? experiment.artifactRoot)
      return { root_uri: root, files: files.map(fileWire) }
    },
  },
  {
    method: 'GET',
    path: proxy,
    permission: 'tracking:read',
    async run({ rooms, input }) {
      const place = placeOf(input.need('path'))
      await requireOwner(rooms, place.owner)
      const files = await rooms.tracking.listArtifacts(place.owner, place.path)
      return {
        files: files.map(({ path, ...rest }) =>
          fileWire({ ...rest, path: path.split('/').at(-1) ?? path }),
        ),
      }
    },
  },
  {
    method: 'GET',
    path: `${proxy}/*`,
    permission: 'tracking:read',
    run: (call) => download(call, placeOf(call.input.need('*'))),
  },
  {
    method: 'PUT',
    path: `${proxy}/*`,
    permission: 'tracking:write',
    accepts: 'bytes',
    async run({ rooms, app, input, request }) {
      const place = placeOf(input.need('*'))
      await requireOwner(rooms, place.owner)
      await rooms.tracking.putArtifact(place.owner, place.path, request.stream)
      app.events.emit(place.owner.startsWith('tr-') ? 'traces' : 'runs', place.owner)
      return {}
    },
  },
  {
    method: 'DELETE',
    path: `${proxy}/*`,
    permission: 'tracking:manage',
    async run({ rooms, input }) {
      const place = placeOf(input.need('*'))
      await requireOwner(rooms, place.owner)
      await rooms.tracking.removeArtifact(place.owner, place.path)
      return {}
    },
  },
  {
    method: 'POST',
    path: '2.0/mlflow/upload-artifact',
    permission: 'tracking:write',
    accepts: 'bytes',
    async run({ rooms, app, input, request }) {
      const owner = input.text('run_id') ?? input.need('run_uuid')
      const path = plainPath(input.need('path'))
      await rooms.tracking.run(owner)
      await rooms.tracking.putArtifact(owner, path, atMostBytes(mostUploaded, request.stream))
      app.events.emit('runs', owner)
      return {}
    },
  },
  ...['presigned-upload-url', 'presigned-download-url'].map((name): MlflowRoute => ({
    method: 'POST',
    path: `2.0/mlflow/artifacts/${name}`,
    permission: 'tracking:write',
    run: unsupported,
  })),
  {
    method: 'GET',
    path: '/get-artifact',
    alone: true,
    permission: 'tracking:read',
    async run(call) {
      const { rooms, input } = call
      const owner = input.text('run_id') ?? input.need('run_uuid')
      await rooms.tracking.run(owner)
      return download(call, { owner, path: plainPath(input.need('path')) })
    },
  },
  {
    method: 'GET',
    path: '/model-versions/get-artifact',
    alone: true,
    permission: 'models:read',
    async run(call) {
      const { rooms, input } = call
      const version = await rooms.registry.version(
        input.need('name'),
        input.integer('version') ?? 0,
      )
      const place = version.uri === undefined ? undefined : ownPlaceOf(version.uri)
      if (!place) throw new TidemillError('not_found', { kind: 'artifact', name: 'of the version' })
      const within = plainPath(input.need('path'))
      const path = place.path === '' ? within : `${place.path}/${within}`
      return download(call, { ...place, path })
    },
  },
  {
    method: 'GET',
    path: '2.0/mlflow/logged-models/:model_id/artifacts/files',
    permission: 'tracking:read',
    async run(call) {
      const { id } = await call.rooms.tracking.loggedModel(call.input.need('model_id'))
      const path = plainPath(call.input.need('artifact_file_path'))
      return download(call, { owner: id, path })
    },
  },
  {
    method: 'GET',
    path: '2.0/mlflow/logged-models/:model_id/artifacts/directories',
    permission: 'tracking:read',
    async run({ rooms, input }) {
      const model = await rooms.tracking.loggedModel(input.need('model_id'))
      const folder = plainPath(input.text('artifact_directory_path') ?? '')
      const files = await rooms.tracking.listArtifacts(model.id, folder)
      const root = `mlflow-artifacts:/${model.experiment}/models/${model.id}/artifacts`
      return { root_uri: root, files: files.map(fileWire) }
    },
  },
]

import { plainPath } from '#tracking'
import { download } from './artifacts.ts'
import { attachmentsFolder } from './attachments.ts'
import type { MlflowRoute } from './route.ts'
import { spansFile } from './span-file.ts'

/** What pages ask for of a trace's files: its spans, from the file where a client wrote them into one, or what is attached to one. */
export const traceFileRoutes: readonly MlflowRoute[] = ['2.0', '3.0'].map((version) => ({
  method: 'GET',
  path: `${version}/mlflow/get-trace-artifact`,
  permission: 'tracking:read',
  async run(call) {
    const { rooms, input } = call
    const { id } = await rooms.tracking.trace(input.need('request_id'))
    const path = plainPath(input.text('path') ?? '')
    if (path !== '') return download(call, { owner: id, path: `${attachmentsFolder}/${path}` })
    const spans = (await rooms.tracking.spansOf([id])).get(id) ?? []
    const isInFile = spans.length === 0 && (await rooms.tracking.findArtifact(id, spansFile))
    return isInFile ? download(call, { owner: id, path: spansFile }) : { spans }
  },
}))

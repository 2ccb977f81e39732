import { attachmentsFolder, referencesIn } from '../borders/mlflow/attachments.ts'
import { isLoginRefused, messageOf, rootOf, type Copying } from './copied.ts'
import type { Json } from '../json.ts'

/** Copies what is attached to spans (images, audio) to where the target says that the trace's files go. */
export async function copyAttachments(
  { from, to, report }: Copying,
  trace: string,
  spans: readonly Json[],
  location: unknown,
): Promise<void> {
  // What was taken over from another trace comes with that one.
  const own = referencesIn(spans).filter((each) => each.trace === trace)
  for (const { id, size } of own) {
    const asked = new URLSearchParams({ request_id: trace, path: id }).toString()
    try {
      const file = await from.download(`/ajax-api/2.0/mlflow/get-trace-artifact?${asked}`)
      await to.upload(`${rootOf(String(location))}/${attachmentsFolder}/${id}`, file)
    } catch (error) {
      if (isLoginRefused(error)) throw error
      throw new Error(`its attachment ${id} could not be brought: ${messageOf(error)}`, {
        cause: error,
      })
    }
    report.files++
    report.bytes += size
  }
}

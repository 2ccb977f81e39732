import { mkdir } from 'node:fs/promises'
import type { TestContext } from 'node:test'
import { pythonOf } from './peer-python.ts'
import { startServer } from './server-process.ts'
import { freePort } from './services.ts'

/** A real MLflow server over a database and files of its own, stopped when the test is over. */
export async function mlflowPeer(t: TestContext, folder: string): Promise<{ url: string }> {
  await mkdir(folder, { recursive: true })
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const options = {
    '--host': '127.0.0.1',
    '--port': String(port),
    '--workers': '1',
    '--backend-store-uri': `sqlite:///${folder}/mlflow.db`,
    '--artifacts-destination': `${folder}/artifacts`,
  }
  const args = ['-m', 'mlflow', 'server', ...Object.entries(options).flat()]
  // Its workers for jobs would outlive it.
  const own = { MLFLOW_DISABLE_TELEMETRY: 'true', MLFLOW_SERVER_ENABLE_JOB_EXECUTION: 'false' }
  const env = { ...process.env, ...own }
  const server = await startServer(pythonOf('mlflow'), args, { cwd: folder, env }, async () => {
    const { ok } = await fetch(`${url}/health`)
    if (!ok) throw new Error('not ready')
  })
  t.after(() => server.stop('SIGTERM'))
  return { url }
}

import { mkdir, writeFile } from 'node:fs/promises'
import type { TestContext } from 'node:test'
import { pythonOf } from './peer-python.ts'
import { startServer } from './server-process.ts'
import { freePort } from './services.ts'

export interface Login {
  readonly user: string
  readonly password: string
}

/** A real MLflow server over a database and files of its own, stopped when the test is over; with an admin it asks for its own login. */
export async function mlflowPeer(
  t: TestContext,
  folder: string,
  admin?: Login,
): Promise<{ url: string }> {
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
  const closed = admin ? ['--app-name', 'basic-auth'] : []
  const args = ['-m', 'mlflow', 'server', ...Object.entries(options).flat(), ...closed]
  // Its workers for jobs would outlive it.
  const own = { MLFLOW_DISABLE_TELEMETRY: 'true', MLFLOW_SERVER_ENABLE_JOB_EXECUTION: 'false' }
  const env = { ...process.env, ...own, ...(admin ? await loginSettings(folder, admin) : {}) }
  const server = await startServer(pythonOf('mlflow'), args, { cwd: folder, env }, async () => {
    const { ok } = await fetch(`${url}/health`)
    if (!ok) throw new Error('not ready')
  })
  t.after(() => server.stop('SIGTERM'))
  return { url }
}

/** Nobody but the admin may anything until it is granted. */
async function loginSettings(
  folder: string,
  { user, password }: Login,
): Promise<Readonly<Record<string, string>>> {
  const file = `${folder}/login.ini`
  const settings = {
    default_permission: 'NO_PERMISSIONS',
    database_uri: `sqlite:///${folder}/login.db`,
    admin_username: user,
    authorization_function: 'mlflow.server.auth:authenticate_request_basic_auth',
  }
  const lines = Object.entries(settings).map(([key, value]) => `${key} = ${value}`)
  await writeFile(file, ['[mlflow]', ...lines, ''].join('\n'))
  return {
    MLFLOW_AUTH_CONFIG_PATH: file,
    MLFLOW_AUTH_ADMIN_PASSWORD: password,
    MLFLOW_FLASK_SERVER_SECRET_KEY: 'of the test',
  }
}

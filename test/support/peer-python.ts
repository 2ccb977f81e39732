import { execFile, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { promisify } from 'node:util'

/** The Python of a peer's own environment: `.peers/<name>`, which .ci/run makes, or wherever TIDEMILL_PEERS says. */
export function pythonOf(peer: string): string {
  return resolve(process.env.TIDEMILL_PEERS ?? '.peers', peer, 'bin/python')
}

/** For the `skip` of tests that talk to the server with a peer's own client, or with one that has a package more. */
export function skipWithoutPeer(peer: string, more?: string): string | false {
  const isThere = existsSync(pythonOf(peer)) && (more === undefined || hasPackage(peer, more))
  if (isThere) return false
  return `${peer} is not installed: python3 -m venv .peers/${peer} && .peers/${peer}/bin/pip install -r test/peers/${peer}.txt`
}

function hasPackage(peer: string, name: string): boolean {
  const found = spawnSync(pythonOf(peer), [
    '-c',
    'import importlib.util, sys; sys.exit(importlib.util.find_spec(sys.argv[1]) is None)',
    name,
  ])
  return found.status === 0
}

/** Runs a script under a peer's Python; answers what it printed. */
export async function runPeer(
  peer: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<string> {
  const { stdout } = await promisify(execFile)(pythonOf(peer), args, {
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: {
      ...process.env,
      MLFLOW_HTTP_REQUEST_MAX_RETRIES: '0',
      MLFLOW_DISABLE_TELEMETRY: 'true',
      GIT_PYTHON_REFRESH: 'quiet',
      ...options.env,
    },
    timeout: 120_000,
  })
  return stdout
}

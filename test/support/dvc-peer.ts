import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { pythonOf } from './peer-python.ts'

const program = join(dirname(pythonOf('dvc')), 'dvc')

/** For the `skip` of tests that work beside the real DVC. */
export const skipDvc: string | false = existsSync(program)
  ? false
  : 'dvc is not installed: python3 -m venv .peers/dvc && .peers/dvc/bin/pip install -r test/peers/dvc.txt'

/** Whether that DVC can reach a kind of remote. */
export async function dvcReaches(module: 'dvc_s3' | 'dvc_azure' | 'dvc_ssh'): Promise<boolean> {
  try {
    await promisify(execFile)(pythonOf('dvc'), ['-c', `import ${module}`])
    return true
  } catch {
    return false
  }
}

/** Runs the real DVC in a folder; what it printed. */
export async function dvc(
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { stdout } = await promisify(execFile)(program, args, {
    cwd,
    env: {
      ...process.env,
      ...env,
      DVC_NO_ANALYTICS: '1',
      DVC_SITE_CACHE_DIR: join(cwd, '.dvc/tmp/site'),
    },
    timeout: 180_000,
    maxBuffer: 1 << 26,
  })
  return stdout
}

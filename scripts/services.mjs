// Gets the real servers that the tests of remotes talk to, into `.services` (or TIDEMILL_SERVICES): an S3 gateway through Go's
// modules and an Azure blob server from npm. What is there already costs nothing; what cannot be had is said, and its tests are
// skipped, each with that reason.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = resolve(root, process.env.TIDEMILL_SERVICES ?? '.services')

const services = {
  versitygw: {
    version: 'v1.8.0',
    get: (version) =>
      run('go', ['install', `github.com/versity/versitygw/cmd/versitygw@${version}`], {
        GOBIN: join(folder, 'bin'),
      }),
  },
  azurite: {
    version: '3.37.0',
    get: (version) => {
      const place = join(folder, 'azurite')
      mkdirSync(place, { recursive: true })
      writeFileSync(join(place, 'package.json'), '{"private": true}\n')
      run('npm', ['install', '--no-audit', '--no-fund', '--prefix', place, `azurite@${version}`])
    },
  },
}

mkdirSync(folder, { recursive: true })
for (const [name, { version, get }] of Object.entries(services)) {
  const stamp = join(folder, `${name}.version`)
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === version) continue
  try {
    get(version)
    writeFileSync(stamp, version)
    process.stderr.write(`services: ${name} ${version} is in ${folder}\n`)
  } catch (error) {
    process.stderr.write(
      `services: ${name} could not be had, so its tests are skipped: ${error.message}\n`,
    )
  }
}

function run(command, args, env = {}) {
  const done = spawnSync(command, args, {
    env: { ...process.env, ...env },
    encoding: 'utf8',
    timeout: 300_000,
  })
  if (done.error) throw done.error
  if (done.status !== 0) throw new Error(`${command} ended with ${done.status}: ${done.stderr}`)
}

import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { delimiter, dirname, join, resolve } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { runningServer, temporaryFolder } from '../support/home.ts'
import { mlflowPeer } from '../support/mlflow-peer.ts'
import { pythonOf, skipWithoutPeer } from '../support/peer-python.ts'

const client = resolve(process.env.TIDEMILL_PEERS ?? '.peers', 'java')

function skipJava(): string | false {
  if (!existsSync(join(client, 'mlflow-client-2.17.2.jar'))) {
    return `MLflow’s Java client is not here: mvn -f test/peers/java/pom.xml dependency:copy-dependencies -DoutputDirectory=${client}`
  }
  return spawnSync('javac', ['-version']).status === 0 ? false : 'there is no Java compiler'
}

test(
  'MLflow’s Java client is told the same by us as by a real MLflow server, call by call',
  { skip: skipWithoutPeer('mlflow') || skipJava() },
  async (t) => {
    const folder = await temporaryFolder(t)
    const own = await runningServer(t)
    const peer = await mlflowPeer(t, join(folder, 'mlflow'))
    const ours = await callsTo(own.url, join(folder, 'own'))
    const theirs = await callsTo(peer.url, join(folder, 'peer'))
    assert.equal(ours.length, 47)
    // An infinite metric stays infinite here, and is the greatest double there.
    assert.deepEqual(
      ours,
      theirs.map((line) => line.replaceAll('1.7976931348623157E308', 'Infinity')),
    )
  },
)

/** What each call was answered, a line each. */
async function callsTo(url: string, folder: string): Promise<readonly string[]> {
  await mkdir(folder)
  const words = ['-cp', join(client, '*'), resolve('test/peers/java/Calls.java'), url, folder]
  const { stdout } = await promisify(execFile)('java', words, {
    env: {
      ...process.env,
      // It sends files by the `mlflow` of the command line.
      PATH: `${dirname(pythonOf('mlflow'))}${delimiter}${process.env.PATH ?? ''}`,
      MLFLOW_TRACKING_URI: url,
      MLFLOW_DISABLE_TELEMETRY: 'true',
    },
    timeout: 240_000,
  })
  return stdout.trim().split('\n')
}

import assert from 'node:assert/strict'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { runPeer, skipWithoutPeer } from '../support/peer-python.ts'
import { runningServer } from '../support/home.ts'

interface Seen {
  readonly params: Readonly<Record<string, string>>
  readonly metrics: readonly string[]
  readonly estimator: string
  readonly dataset: readonly string[]
  readonly children: number
  readonly files: readonly string[]
  readonly same: boolean
}

test(
  'MLflow’s autologging of scikit-learn leaves a search, its runs, its data and a model that loads by its alias',
  { skip: skipWithoutPeer('mlflow') },
  async (t) => {
    const { url } = await runningServer(t)
    const said = await runPeer('mlflow', [resolve('test/peers/mlflow_autolog.py'), url], {
      // Else it loads each model in a process of its own, to see what it imports.
      env: { MLFLOW_REQUIREMENTS_INFERENCE_TIMEOUT: '1' },
    })
    const seen = JSON.parse(said.trim().split('\n').at(-1) ?? '') as Seen
    assert.equal(seen.params.cv, '2')
    assert.match(seen.params.best_n_estimators ?? '', /^[35]$/)
    assert.equal(seen.estimator, 'GridSearchCV')
    assert.ok(seen.metrics.includes('best_cv_score'), seen.metrics.join(' '))
    assert.ok(seen.metrics.includes('training_accuracy_score'), seen.metrics.join(' '))
    assert.equal(seen.dataset.length, 1)
    assert.equal(seen.children, 4)
    assert.ok(seen.files.includes('cv_results.csv'), seen.files.join(' '))
    assert.ok(seen.same, 'what was loaded predicts as what was fitted')
  },
)

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { accuracy, brierScore, evaluate, logLoss, rocAuc } from '#evaluation'

// Recorded output of scikit-learn.
interface Case {
  readonly args: {
    readonly y: readonly number[]
    readonly prediction: readonly number[]
    readonly score: readonly number[]
    readonly max_fpr?: number
    readonly options?: { readonly average?: string; readonly max_fpr?: number }
  }
  readonly value: number & { precision: number; recall: number; f: number }
}

const cases = JSON.parse(
  await readFile(new URL('./fixtures/recorded.json', import.meta.url), 'utf8'),
) as Record<string, readonly Case[]>

function close(actual: number | undefined, expected: number, what: string): void {
  assert.ok(Math.abs((actual ?? NaN) - expected) < 1e-10, `${what}: ${actual} is not ${expected}`)
}

test('accuracy is the share of right answers', () => {
  for (const { args, value } of cases.accuracy ?? [])
    close(accuracy(args.y.map(String), args.prediction.map(String)), value, 'accuracy')
})

test('precision, recall and F1 of a class, and their means over classes, are scikit-learn’s', () => {
  for (const { args, value } of cases.precision_recall_f ?? []) {
    const labels = args.prediction.map(String)
    const got = evaluate(
      args.y.map(String),
      args.options?.average === 'binary' ? { labels, positive: '1' } : { labels },
    )
    // The mean here is over the classes of the truth; scikit-learn's takes those that were only answered too.
    if (
      args.options?.average !== 'binary' &&
      args.prediction.some((each) => !args.y.includes(each))
    )
      continue
    close(got.precision, value.precision, 'precision')
    close(got.recall, value.recall, 'recall')
    close(got.f1, value.f, 'f1')
  }
})

test('the area under the ROC curve counts ties one half', () => {
  const whole = (cases.roc_auc ?? []).filter(
    ({ args }) => args.options?.max_fpr === undefined && args.max_fpr === undefined,
  )
  assert.ok(whole.length > 3)
  for (const { args, value } of whole)
    close(
      rocAuc(
        args.y.map((each) => each === 1),
        args.score,
      ),
      value,
      'roc auc',
    )
})

test('log loss and Brier’s score are scikit-learn’s', () => {
  for (const { args, value } of cases.log_loss ?? []) {
    close(
      logLoss(
        args.y.map((each, i) => (each === 1 ? (args.score[i] ?? 0) : 1 - (args.score[i] ?? 0))),
      ),
      value,
      'log loss',
    )
  }
  for (const { args, value } of cases.brier ?? [])
    close(
      brierScore(
        args.y.map((each) => each === 1),
        args.score,
      ),
      value,
      'brier',
    )
})

import { execFileSync } from 'node:child_process'

/** Experiments on a commit with a rate in params.yaml and a score in score.json each, as another program or another clone leaves them. */
export function manyExperiments(root: string, baseline: string, count: number): void {
  const file = (path: string, text: string) =>
    `M 100644 inline ${path}\ndata ${text.length}\n${text}\n`
  const commits = Array.from({ length: count }, (_, at) =>
    [
      `commit refs/exps/${baseline.slice(0, 2)}/${baseline.slice(2)}/many-${at}`,
      `committer t <t@localhost> ${1_700_000_000 + at} +0000`,
      'data 1\nx',
      `from ${baseline}`,
      `${file('params.yaml', `rate: ${at}\n`)}${file('score.json', `{"score": ${at}}\n`)}`,
    ].join('\n'),
  )
  execFileSync('git', ['-C', root, 'fast-import', '--quiet'], { input: commits.join('') })
}

/** A pipeline that those are experiments with. */
export const manyPipeline = `stages:
  train:
    cmd: 'true'
    params: [rate]
    metrics:
    - score.json: {cache: false}
`

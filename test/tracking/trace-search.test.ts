import assert from 'node:assert/strict'
import { test } from 'node:test'
import { judgedText } from '../../src/tracking/judged.ts'
import { databases, openedTracking } from './support/opened.ts'

const prompts = '[{"name": "ask", "version": "2"}]'

const spans = [
  ['tr-a', 'answer', 'CHAIN', 'OK', { model: '"gpt-5"', tokens: 12 }],
  ['tr-a', 'look up', 'TOOL', 'ERROR', { rows: 3 }],
  ['tr-b', 'answer', 'LLM', 'OK', { model: '"small"' }],
] as const

const searches: readonly (readonly [filter: string, found: string])[] = [
  ["span.name = 'answer'", 'tr-a tr-b'],
  ["span.type = 'TOOL'", 'tr-a'],
  ["span.type IN ('LLM', 'AGENT')", 'tr-b'],
  ["span.status = 'ERROR'", 'tr-a'],
  ["span.content LIKE '%look up%'", 'tr-a'],
  ["span.attributes.model = 'gpt-5'", 'tr-a'],
  ["span.attributes.model LIKE 'sm%'", 'tr-b'],
  ["span.attributes.tokens = '12'", 'tr-a'],
  ["span.attributes.rows = '12'", ''],
  ["tags.team RLIKE '^(red|blue)[0-9]+$'", 'tr-b'],
  ["tags.team RLIKE 'e'", 'tr-a tr-b'],
  ["metadata.user RLIKE 'nobody'", ''],
  ["tags.place RLIKE '^\\w+$'", 'tr-b'],
  ["tags.place RLIKE '^.+$'", 'tr-b'],
  ["feedback.correct = 'true'", 'tr-a'],
  ["expectation.answer ILIKE 'FORTY%'", 'tr-a'],
  ["feedback.correct = 'false'", ''],
  ['feedback.score > 2', 'tr-a'],
  ['feedback.score <= 2', ''],
  ['feedback.correct > 0', ''],
  ["feedback.score = '10.0'", 'tr-a'],
  ["feedback.score = '10'", ''],
  ["feedback.score != '10.0'", ''],
  ["feedback.half = '0.5'", 'tr-a'],
  ["feedback.words = '7'", 'tr-a'],
  ["feedback.huge = '1e+16'", 'tr-a'],
  ['feedback.huge > 9000000000000000', 'tr-a'],
  ["feedback.tiny = '1e-05'", 'tr-a'],
  ['feedback.tiny < 0.0001', 'tr-a'],
  ['feedback.words > 1', ''],
  ["trace.text LIKE '%look up%'", 'tr-a'],
  ["prompt = 'ask/2'", 'tr-b'],
  ["prompt = 'ask/1'", ''],
  ["prompt = 'sk/2'", ''],
  ["run_id = 'r1'", 'tr-b'],
  ["attributes.run_id = 'r2'", 'tr-a'],
  ["status = 'OK' and execution_time < 20", 'tr-b'],
  ['end_time > 1050', 'tr-a'],
]

for (const [name, skip] of databases) {
  test(
    `${name}: traces are found by their spans, judgements, runs and patterns`,
    { skip },
    async (t) => {
      const { tracking } = await openedTracking(t, name)
      const { id: experiment } = await tracking.createExperiment({ name: 'e' })
      const known = [
        ['tr-a', 100, { team: 'green', place: 'Orléans\nLa Source' }, {}],
        [
          'tr-b',
          10,
          { team: 'red7', place: 'Tours', 'mlflow.linkedPrompts': prompts },
          { 'mlflow.sourceRun': 'r1', user: 'ada' },
        ],
      ] as const
      for (const [id, duration, tags, metadata] of known) {
        await tracking.saveTrace({
          ...{ id, experiment, startedAt: 1000, state: 'ok', duration },
          ...{ tags, metadata },
        })
      }
      await tracking.addSpans(
        experiment,
        spans.map(([trace, own, type, status, attributes], i) => ({
          ...{ trace, id: String(i), name: own, type, status, startedAt: 1000 + i },
          body: {
            name: own,
            attributes: Object.entries(attributes).map(([key, value]) => ({
              key,
              value:
                typeof value === 'number' ? { intValue: String(value) } : { stringValue: value },
            })),
          },
        })),
        {},
      )
      const judged = { trace: 'tr-a', body: {} }
      const first = { ...judged, name: 'correct', kind: 'feedback', value: 'false' } as const
      const { id: overrides } = await tracking.addAssessment(first)
      await tracking.addAssessment({ ...first, value: 'true', body: { overrides } })
      for (const [name, value] of [
        ['score', 10],
        ['half', 0.5],
        ['words', '7'],
        ['huge', 1e16],
        ['tiny', 0.00001],
      ] as const) {
        const body = { feedback: { value } }
        await tracking.addAssessment({ ...first, name, value: judgedText(value), body })
      }
      await tracking.addAssessment({
        ...judged,
        name: 'answer',
        kind: 'expectation',
        value: 'forty-two',
      })
      await tracking.linkTraces('r2', ['tr-a', 'tr-a'])
      for (const [filter, found] of searches) {
        const { items } = await tracking.searchTraces({
          experiments: [experiment],
          filter,
          strict: true,
        })
        assert.equal(
          items
            .map(({ id }) => id)
            .toSorted()
            .join(' '),
          found,
          filter,
        )
      }
      const counts = await tracking.countTraces({
        ...{
          experiments: [experiment],
          first: "span.type = 'TOOL'",
          second: "tags.team RLIKE 'e'",
        },
        base: 'execution_time > 5',
      })
      assert.deepEqual(counts, { total: 2, first: 1, second: 2, both: 1 })
      for (const filter of [
        ...["tags.a RLIKE '(a'", "tags.a RLIKE '(a)\\1'", "span.colour = 'x'", 'tags.a > 1'],
        ...["feedback.score > '2'", 'feedback.score = 2', "prompt LIKE 'a/1'", "prompt = 'a'"],
      ]) {
        const search = tracking.searchTraces({ experiments: [experiment], filter, strict: true })
        await assert.rejects(search, /cannot be read at character/, filter)
      }
      await assert.rejects(
        tracking.search({ experiment: 'e', filter: "params.a RLIKE 'x'", strict: true }),
        /not compared with RLIKE/,
      )
    },
  )
}

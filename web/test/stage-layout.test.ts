import { expect, test } from 'vitest'
import type { GraphStage } from '#contract'
import { boxHeight, layOut } from '../pages/pipeline/stage-layout.ts'
import { closedAtFirst, groupStages } from '../pages/pipeline/stage-groups.ts'

function stage(
  name: string,
  needs: readonly string[] = [],
  more: Partial<GraphStage> = {},
): GraphStage {
  return {
    name,
    file: 'dvc.yaml',
    command: 'true',
    needs: [...needs],
    deps: [],
    outs: [],
    frozen: false,
    action: 'skip',
    reasons: [],
    ...more,
  }
}

test('a loop of many stages is one closed box at first, few stages are all open', () => {
  const loop = Array.from({ length: 200 }, (_, index) =>
    stage(`fit@${index}`, ['prepare'], { group: 'fit' }),
  )
  const stages = [
    stage('prepare'),
    ...loop,
    stage(
      'best',
      loop.map((each) => each.name),
    ),
  ]
  const closed = closedAtFirst(stages)
  expect([...closed]).toEqual(['dvc.yaml fit'])
  const { boxes, edges } = groupStages(stages, closed)
  expect(boxes.map((box) => [box.title, box.stages.length])).toEqual([
    ['prepare', 1],
    ['fit', 200],
    ['best', 1],
  ])
  expect(edges).toEqual([
    { from: 'prepare', to: 'dvc.yaml fit' },
    { from: 'dvc.yaml fit', to: 'best' },
  ])
  expect(closedAtFirst(stages.slice(0, 30)).size).toBe(0)
  expect(groupStages(stages, new Set()).boxes).toHaveLength(202)
})

test('stages of several folders are closed folder by folder when there are too many', () => {
  const stages = Array.from({ length: 100 }, (_, index) =>
    stage(`f${index % 5}/dvc.yaml:s${index}`, [], { file: `f${index % 5}/dvc.yaml` }),
  )
  const { boxes } = groupStages(stages, closedAtFirst(stages))
  expect(boxes.map((box) => box.title)).toEqual(['f0', 'f1', 'f2', 'f3', 'f4'])
})

test('boxes of a column never overlap, follow what they need, and a full layer is broken into columns', () => {
  const ids = ['a', ...Array.from({ length: 40 }, (_, index) => `b${index}`), 'c']
  const edges = ids.slice(1, -1).flatMap((id) => [
    { from: 'a', to: id },
    { from: id, to: 'c' },
  ])
  const { places, height } = layOut(ids, edges)
  const columns = new Map<number, number[]>()
  for (const { column, y } of places.values())
    columns.set(
      column,
      [...(columns.get(column) ?? []), y].toSorted((x, z) => x - z),
    )
  expect([...columns.keys()]).toHaveLength(5)
  for (const column of columns.values())
    column
      .slice(1)
      .forEach((y, index) => expect(y - (column[index] ?? 0)).toBeGreaterThan(boxHeight))
  for (const { from, to } of edges)
    expect(places.get(to)?.column).toBeGreaterThan(places.get(from)?.column ?? NaN)
  expect(height).toBeLessThan(20 * 64)
  // what stands alone between its neighbours stands at their height
  const chain = layOut(
    ['x', 'y', 'z'],
    [
      { from: 'x', to: 'y' },
      { from: 'y', to: 'z' },
    ],
  )
  expect(new Set([...chain.places.values()].map((place) => Math.round(place.y))).size).toBe(1)
})

test('a chain of ten thousand and a circle are laid out', () => {
  const ids = Array.from({ length: 10_000 }, (_, index) => String(index))
  const edges = ids.slice(1).map((to, index) => ({ from: String(index), to }))
  expect(layOut(ids.toReversed(), edges).places.get('9999')?.column).toBe(9999)
  const circle = layOut(
    ['a', 'b'],
    [
      { from: 'a', to: 'b' },
      { from: 'b', to: 'a' },
    ],
  )
  expect(circle.places.size).toBe(2)
})

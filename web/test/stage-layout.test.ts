import { expect, test } from 'vitest'
import type { GraphStage } from '#contract'
import { boxWidth, layOut } from '../pages/pipeline/stage-layout.ts'
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

test('boxes of a layer never overlap, follow what they need, and a full layer is broken into several', () => {
  const ids = ['a', ...Array.from({ length: 40 }, (_, index) => `b${index}`), 'c']
  const edges = ids.slice(1, -1).flatMap((id) => [
    { from: 'a', to: id },
    { from: id, to: 'c' },
  ])
  const { places, width, down } = layOut(ids, edges)
  expect(down).toBe(true)
  const layers = new Map<number, number[]>()
  for (const { layer, x } of places.values())
    layers.set(
      layer,
      [...(layers.get(layer) ?? []), x].toSorted((one, other) => one - other),
    )
  expect([...layers.keys()]).toHaveLength(10)
  for (const layer of layers.values())
    layer.slice(1).forEach((x, index) => expect(x - (layer[index] ?? 0)).toBeGreaterThan(boxWidth))
  for (const { from, to } of edges)
    expect(places.get(to)?.layer).toBeGreaterThan(places.get(from)?.layer ?? NaN)
  expect(width).toBeLessThan(1040)
  // a short chain goes from left to right, on one line
  const chain = layOut(
    ['x', 'y', 'z'],
    [
      { from: 'x', to: 'y' },
      { from: 'y', to: 'z' },
    ],
  )
  expect(chain.down).toBe(false)
  expect(new Set([...chain.places.values()].map((place) => Math.round(place.y))).size).toBe(1)
})

test('a chain of ten thousand and a circle are laid out', () => {
  const ids = Array.from({ length: 10_000 }, (_, index) => String(index))
  const edges = ids.slice(1).map((to, index) => ({ from: String(index), to }))
  expect(layOut(ids.toReversed(), edges).places.get('9999')?.layer).toBe(9999)
  const circle = layOut(
    ['a', 'b'],
    [
      { from: 'a', to: 'b' },
      { from: 'b', to: 'a' },
    ],
  )
  expect(circle.places.size).toBe(2)
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { layerGraph } from '../design/layer-graph.ts'

test('every edge of a graph without circles goes from an earlier layer to a later one', () => {
  const graph = fc
    .integer({ min: 1, max: 30 })
    .chain((size) =>
      fc.tuple(
        fc.constant(size),
        fc.array(fc.tuple(fc.nat(size - 1), fc.nat(size - 1)), { maxLength: 60 }),
      ),
    )
  fc.assert(
    fc.property(graph, ([size, pairs]) => {
      const ids = Array.from({ length: size }, (_, index) => `n${index}`)
      const edges = pairs
        .filter(([a, b]) => a !== b)
        .map(([a, b]) => ({ from: `n${Math.min(a, b)}`, to: `n${Math.max(a, b)}` }))
      const { places } = layerGraph(ids, edges)
      expect(places.size).toBe(size)
      for (const { from, to } of edges) {
        expect(places.get(from)?.layer).toBeLessThan(places.get(to)?.layer ?? -1)
      }
    }),
  )
})

test('a circle is laid out all the same, each node once', () => {
  const { places } = layerGraph(
    ['a', 'b', 'c'],
    [
      { from: 'a', to: 'b' },
      { from: 'b', to: 'c' },
      { from: 'c', to: 'a' },
    ],
  )
  expect([...places.keys()].sort()).toEqual(['a', 'b', 'c'])
})

test('nodes of a layer stand in the order of what they follow', () => {
  const { places } = layerGraph(
    ['a', 'b', 'y', 'x'],
    [
      { from: 'a', to: 'x' },
      { from: 'b', to: 'y' },
    ],
  )
  const order = (id: string) => places.get(id)?.order
  expect(Number(order('a')) < Number(order('b'))).toBe(Number(order('x')) < Number(order('y')))
})

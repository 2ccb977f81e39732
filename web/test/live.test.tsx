import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { render } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import { useLiveChanges } from '../app/live.ts'

class Stream extends EventTarget {
  readyState = 1
  closed = false
  close(): void {
    this.closed = true
  }
}

afterEach(() => void vi.useRealTimers())

test('a stream of changes that the server refused is opened again, and all is read anew then', () => {
  vi.useFakeTimers()
  const streams: Stream[] = []
  const open = (): EventSource => {
    const stream = new Stream()
    streams.push(stream)
    return stream as unknown as EventSource
  }
  const queries = new QueryClient()
  const invalidated = vi.spyOn(queries, 'invalidateQueries')
  function Follower() {
    useLiveChanges(open)
    return null
  }
  const { unmount } = render(
    <QueryClientProvider client={queries}>
      <Follower />
    </QueryClientProvider>,
  )
  const [first] = streams
  if (first === undefined) throw new Error('no stream was opened')
  first.readyState = 2
  first.dispatchEvent(new Event('error'))
  expect(streams).toHaveLength(1)
  vi.advanceTimersByTime(10_000)
  expect(streams).toHaveLength(2)
  streams[1]?.dispatchEvent(new Event('open'))
  expect(invalidated).toHaveBeenCalledOnce()
  unmount()
  expect(streams[1]?.closed).toBe(true)
})

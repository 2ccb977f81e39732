import { fireEvent, screen, waitFor } from '@testing-library/react'
import { expect, test } from 'vitest'
import { operations, type LabelTask } from '#contract'
import { endpoint, queue, task } from './fixtures.ts'
import { renderApp } from './support.tsx'

function desk() {
  let tasks: LabelTask[] = [task('t1', 101), task('t2', 102)]
  return renderApp('/labeling/review', [
    [operations.labels.queue, () => ({ queue })],
    [operations.labels.tasks, () => ({ tasks })],
    [operations.endpoints.get, () => ({ endpoint })],
    [
      operations.labels.annotate,
      ({ path }) => {
        tasks = tasks.filter((each) => !path.endsWith(each.id))
        return { task: task('t1', 101), queue }
      },
    ],
    [
      operations.labels.undo,
      () => {
        tasks = [task('t1', 101), task('t2', 102)]
        return { task: task('t1', 101), queue }
      },
    ],
  ])
}

const press = (key: string) => fireEvent.keyDown(document.body, { key })

test('a number key labels the task and brings the next; u takes it back', async () => {
  const { sent } = desk()
  await screen.findByText('101')
  press('2')
  await screen.findByText('102')
  const posted = sent.find((each) => each.method === 'POST')
  expect(posted?.path).toBe('/api/labeling/review/tasks/t1')
  expect(posted?.body).toEqual({ label: '1' })
  expect(await screen.findByText(/had said so too/)).toBeTruthy()
  press('u')
  await screen.findByText('101')
  expect(sent.some((each) => each.method === 'DELETE')).toBe(true)
})

test('a label is taken back only after it has arrived', async () => {
  let arrive = (): void => undefined
  const order: string[] = []
  renderApp('/labeling/review', [
    [operations.labels.queue, () => ({ queue })],
    [operations.labels.tasks, () => ({ tasks: [task('t1', 101), task('t2', 102)] })],
    [operations.endpoints.get, () => ({ endpoint })],
    [
      operations.labels.annotate,
      async () => {
        await new Promise<void>((arrived) => (arrive = arrived))
        order.push('label')
        return { task: task('t1', 101), queue }
      },
    ],
    [
      operations.labels.undo,
      () => {
        order.push('undo')
        return { task: task('t1', 101), queue }
      },
    ],
  ])
  await screen.findByText('101')
  press('2')
  press('u')
  await new Promise((later) => setTimeout(later, 20))
  expect(order).toEqual([])
  arrive()
  await waitFor(() => expect(order).toEqual(['label', 'undo']))
})

test('what two people disagree on is shown with what each said, for a third to settle', async () => {
  const disputed: LabelTask = {
    ...task('t9', 150),
    state: 'disputed',
    annotations: [
      { who: 'ada', label: '0', time: 1 },
      { who: 'ben', label: '1', time: 2 },
    ],
  }
  const { sent } = renderApp('/labeling/review', [
    [operations.labels.queue, () => ({ queue: { ...queue, annotators: 2, disputed: 1 } })],
    [
      operations.labels.tasks,
      ({ search }) => ({
        tasks: search.get('state') === 'disputed' ? [disputed] : [task('t1', 101)],
      }),
    ],
    [operations.endpoints.get, () => ({ endpoint })],
    [operations.labels.annotate, () => ({ task: disputed, queue })],
  ])
  fireEvent.click(await screen.findByRole('tab', { name: /Disputed/ }))
  expect((await screen.findByText(/ada said/)).textContent).toBe('ada said healthy')
  expect(screen.getByText(/ben said/).textContent).toBe('ben said diabetic')
  press('2')
  await waitFor(() =>
    expect(sent.find((each) => each.method === 'POST')?.path).toBe('/api/labeling/review/tasks/t9'),
  )
})

test('s skips to the next task and comes back to it at the end', async () => {
  desk()
  await screen.findByText('101')
  press('s')
  await screen.findByText('102')
  press('s')
  await screen.findByText('101')
})

test('what the model said is hidden until it is asked for', async () => {
  desk()
  await screen.findByText('101')
  expect(screen.queryByText(/The model said/)).toBeNull()
  press('h')
  await waitFor(() => expect(screen.getByText(/The model said/)).toBeTruthy())
})

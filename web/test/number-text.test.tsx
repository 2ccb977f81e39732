import { render, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { copyExact } from '../design/copy-exact.ts'
import { NumberText } from '../design/number-text.tsx'

beforeEach(() => document.addEventListener('copy', copyExact))
afterEach(() => document.removeEventListener('copy', copyExact))

/** What is on the clipboard after what is selected was copied; nothing where the browser copies by itself. */
function copied(): string | undefined {
  let text: string | undefined
  const event = new Event('copy', { bubbles: true, cancelable: true })
  const clipboardData = { setData: (_: string, data: string) => (text = data) }
  document.body.dispatchEvent(Object.assign(event, { clipboardData }))
  expect(event.defaultPrevented).toBe(text !== undefined)
  return text
}

function select(from: Node, start: number, to: Node, end: number): void {
  document.getSelection()?.setBaseAndExtent(from, start, to, end)
}

test('a number in a few digits is whole where it is pointed at, and where it is copied', () => {
  const { container } = render(
    <p>
      loss <NumberText value={1_804_512_345_678.25} /> and <NumberText value={0.1234567} />,{' '}
      <NumberText value={3} />
    </p>,
  )
  const large = screen.getByTitle('1804512345678.25')
  expect(large.textContent).toBe('1.8E12')
  select(container, 0, container, 1)
  expect(copied()).toBe('loss 1804512345678.25 and 0.1234567, 3')
  expect(container.textContent).toBe('loss 1.8E12 and 0.1235, 3')
  const text = large.firstChild as Text
  select(text, 1, text, 3)
  expect(copied()).toBe('1804512345678.25')
  expect(document.getSelection()?.toString()).toBe('.8')
})

test('where no number is cut, and where nothing is selected, a page leaves the copying to the browser', () => {
  const { container } = render(
    <p>
      <NumberText value={0.5} /> and <NumberText value={undefined} />
    </p>,
  )
  select(container, 0, container, 1)
  expect(copied()).toBeUndefined()
  document.getSelection()?.removeAllRanges()
  expect(copied()).toBeUndefined()
})

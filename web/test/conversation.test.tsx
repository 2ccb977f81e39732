import { screen, within } from '@testing-library/react'
import { expect, test } from 'vitest'
import { operations } from '#contract'
import { conversationOf } from '../pages/traces/conversation.ts'
import { renderApp } from './support.tsx'

const kind = 'CHAT_MODEL'

test('what OpenAI’s chat asks and answers is a conversation, with the tools that are called', () => {
  const call = { function: { name: 'weather', arguments: '{"city":"Oslo"}' } }
  const inputs = {
    model: 'gpt',
    messages: [
      { role: 'system', content: 'Be short.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'And here?' },
          { type: 'image_url', image_url: {} },
        ],
      },
    ],
  }
  const outputs = {
    choices: [{ message: { role: 'assistant', content: null, tool_calls: [call] } }],
  }
  expect(conversationOf({ kind, inputs, outputs })).toEqual([
    { role: 'system', text: 'Be short.', calls: [] },
    { role: 'user', text: 'And here?\n[image_url]', calls: [] },
    { role: 'assistant', text: '', calls: [{ name: 'weather', given: '{"city":"Oslo"}' }] },
  ])
})

test('what Anthropic’s messages ask and answer is a conversation, what the system says first', () => {
  const result = { type: 'tool_result', content: [{ type: 'text', text: 'rain' }] }
  const inputs = { system: 'Be short.', messages: [{ role: 'user', content: [result] }] }
  const content = [
    { type: 'text', text: 'It rains.' },
    { type: 'tool_use', name: 'umbrella', input: { size: 2 } },
  ]
  expect(conversationOf({ kind: 'LLM', inputs, outputs: { role: 'assistant', content } })).toEqual([
    { role: 'system', text: 'Be short.', calls: [] },
    { role: 'user', text: 'rain', calls: [] },
    { role: 'assistant', text: 'It rains.', calls: [{ name: 'umbrella', given: '{"size":2}' }] },
  ])
})

test('what OpenAI’s responses ask and answer is a conversation', () => {
  const inputs = { instructions: 'Be short.', input: [{ role: 'user', content: 'Hi' }] }
  const said = { type: 'message', role: 'assistant' }
  const outputs = {
    output: [
      { type: 'reasoning', summary: [] },
      { type: 'function_call', name: 'look', arguments: '{}' },
      { ...said, content: [{ type: 'output_text', text: 'Hello' }] },
    ],
  }
  expect(conversationOf({ kind, inputs, outputs }).map(({ role, text }) => [role, text])).toEqual([
    ['system', 'Be short.'],
    ['user', 'Hi'],
    ['assistant', ''],
    ['assistant', 'Hello'],
  ])
})

test('what is no list of messages, and what is no span of a model, is no conversation', () => {
  const messages = [{ role: 'user', content: 'Hi' }]
  expect(conversationOf({ kind: 'TOOL', inputs: { messages } })).toEqual([])
  expect(conversationOf({ kind, inputs: 'Hi', outputs: { score: 1 } })).toEqual([])
  expect(conversationOf({ kind, inputs: [1, { role: 'user' }], outputs: null })).toEqual([])
})

test('the panel of a span shows its conversation message by message, above what it is written as', async () => {
  const line = { id: 'a', name: 'ask', kind, start: 0, duration: 1, state: 'ok' }
  const trace = {
    ...{ id: 'tr-1', name: 'answer', experiment: 'e', experimentId: '7', state: 'ok' },
    ...{ startedAt: 1, tags: {}, metadata: {}, assessments: [] },
  }
  const inputs = { messages: [{ role: 'user', content: 'Hi' }] }
  const outputs = { role: 'assistant', content: [{ type: 'tool_use', name: 'look', input: {} }] }
  const span = { ...line, inputs, outputs, attributes: {}, events: [], attachments: [] }
  const { traces } = operations
  renderApp('/traces/tr-1?span=a', [
    [traces.get, () => ({ trace, spans: [line] })],
    [traces.attachments, () => ({ attachments: [] })],
    [traces.span, () => ({ span })],
  ])
  const talk = within(await screen.findByRole('region', { name: 'Conversation' }))
  const told = talk.getAllByRole('listitem').map((each) => each.textContent)
  expect(told).toEqual(['userHi', 'assistantcalls look {}'])
  const titles = screen.getAllByRole('heading', { level: 4 }).map((each) => each.textContent)
  expect(titles.slice(0, 3)).toEqual(['Conversation', 'Inputs', 'Outputs'])
})

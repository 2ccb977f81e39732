import type { SpanDetail } from '#contract'

/** One message between a person, a model and its tools. */
export interface Said {
  readonly role: string
  readonly text: string
  /** The tools it asks for. */
  readonly calls: readonly Call[]
}

export interface Call {
  readonly name: string
  readonly given: string
}

/** What went to a chat model and came of it, where they are messages as OpenAI or Anthropic write them; else nothing. */
export function conversationOf(
  span: Pick<SpanDetail, 'kind' | 'inputs' | 'outputs'>,
): readonly Said[] {
  if (span.kind !== 'CHAT_MODEL' && span.kind !== 'LLM') return []
  return [...asked(span.inputs), ...answered(span.outputs)]
}

/** Anthropic, and OpenAI's responses, keep what a system says apart from the messages. */
function asked(inputs: unknown): readonly Said[] {
  if (!isRecord(inputs)) return messagesOf(inputs)
  const { messages, input, system, instructions } = inputs
  const said = messagesOf(messages ?? input)
  const told = system ?? instructions
  if (said.length === 0 || told === undefined || told === null) return said
  return [...messagesOf([{ role: 'system', content: told }]), ...said]
}

function answered(outputs: unknown): readonly Said[] {
  if (!isRecord(outputs)) return messagesOf(outputs)
  const { choices, output, messages } = outputs
  if (Array.isArray(choices)) {
    return messagesOf(choices.map((each) => (isRecord(each) ? each.message : undefined)))
  }
  return messagesOf(output ?? messages ?? [outputs])
}

function messagesOf(list: unknown): readonly Said[] {
  return Array.isArray(list) ? list.flatMap((each) => saidOf(each) ?? []) : []
}

function saidOf(message: unknown): Said | undefined {
  if (!isRecord(message)) return undefined
  if (message.type === 'function_call')
    return { role: 'assistant', text: '', calls: [callOf(message)] }
  if (message.type === 'function_call_output')
    return { role: 'tool', text: textOf(message.output), calls: [] }
  const { role, content, tool_calls: tools } = message
  if (typeof role !== 'string' || (content === undefined && tools === undefined)) return undefined
  const blocks = Array.isArray(content) ? content.filter(isRecord) : []
  const wanted = Array.isArray(tools) ? tools.filter(isRecord) : []
  return {
    role,
    text: textOf(content),
    calls: [
      ...blocks.filter(isToolUse).map(callOf),
      ...wanted.map((each) => callOf(isRecord(each.function) ? each.function : each)),
    ],
  }
}

/** The words of a content; what is none, such as a picture, is named. */
function textOf(content: unknown): string {
  if (content === undefined || content === null) return ''
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return written(content)
  return content
    .filter((block) => !isToolUse(block))
    .map((block) => {
      if (!isRecord(block)) return textOf(block)
      if (typeof block.text === 'string') return block.text
      return block.type === 'tool_result' ? textOf(block.content) : `[${String(block.type)}]`
    })
    .join('\n')
}

function isToolUse(block: unknown): boolean {
  return isRecord(block) && block.type === 'tool_use'
}

function callOf({ name, arguments: given, input }: Fields): Call {
  return { name: String(name), given: written(given ?? input ?? {}) }
}

function written(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

type Fields = Readonly<Record<string, unknown>>

function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

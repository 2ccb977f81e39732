/** A question answered in 2,003 spans: one chain with a tool, a model that failed, and two thousand small steps. */
export async function sendTrace(url: string, experiment: string, run: string): Promise<string> {
  const id = '0af7651916cd43dd8448eb211c80319c'
  const begin = BigInt(Date.now()) * 1_000_000n
  const hex = (number: number): string => number.toString(16).padStart(16, '0')
  const value = (content: unknown) => ({ stringValue: JSON.stringify(content) })
  const span = (number: number, name: string, at: number, took: number, rest: object) => ({
    traceId: id,
    spanId: hex(number),
    name,
    startTimeUnixNano: String(begin + BigInt(Math.round(at * 1e6))),
    endTimeUnixNano: String(begin + BigInt(Math.round((at + took) * 1e6))),
    ...rest,
  })
  const attributes = (fields: Readonly<Record<string, unknown>>) =>
    Object.entries(fields).map(([key, content]) => ({ key, value: value(content) }))
  const spans = [
    span(1, 'answer', 0, 2400, {
      attributes: attributes({
        'mlflow.spanType': 'CHAIN',
        'mlflow.spanInputs': { question: 'Which scenes are the hardest?' },
        'mlflow.spanOutputs': 'Those at night.',
      }),
      status: { code: 1 },
    }),
    span(2, 'search scenes', 20, 700, {
      parentSpanId: hex(1),
      attributes: attributes({ 'mlflow.spanType': 'RETRIEVER', 'mlflow.spanInputs': { top: 5 } }),
      events: [
        {
          name: 'index opened',
          timeUnixNano: String(begin + 40_000_000n),
          attributes: attributes({ size: 1200 }),
        },
      ],
      status: { code: 1 },
    }),
    span(3, 'ask the model', 730, 1500, {
      parentSpanId: hex(1),
      attributes: attributes({
        'mlflow.spanType': 'LLM',
        'mlflow.chat.tokenUsage': { input_tokens: 812, output_tokens: 64, total_tokens: 876 },
        temperature: 0.2,
      }),
      events: [
        {
          name: 'exception',
          timeUnixNano: String(begin + 2_200_000_000n),
          attributes: [
            { key: 'exception.type', value: { stringValue: 'TimeoutError' } },
            { key: 'exception.message', value: { stringValue: 'the model did not answer' } },
          ],
        },
      ],
      status: { code: 2, message: 'the model did not answer' },
    }),
    ...Array.from({ length: 2000 }, (_, i) =>
      span(10 + i, `step ${i}`, 740 + i * 0.7, 0.6, { parentSpanId: hex(3), status: { code: 1 } }),
    ),
  ]
  const sent = await fetch(`${url}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-mlflow-experiment-id': experiment },
    body: JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] }),
  })
  if (!sent.ok) throw new Error(`spans: ${sent.status} ${await sent.text()}`)
  const told = await fetch(`${url}/api/3.0/mlflow/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      trace: {
        trace_info: {
          trace_id: `tr-${id}`,
          trace_location: {
            type: 'MLFLOW_EXPERIMENT',
            mlflow_experiment: { experiment_id: experiment },
          },
          request_time: new Date(Number(begin / 1_000_000n)).toISOString(),
          execution_duration: '2.4s',
          state: 'ERROR',
          request_preview: 'Which scenes are the hardest?',
          response_preview: 'Those at night.',
          trace_metadata: {
            'mlflow.sourceRun': run,
            'mlflow.trace.tokenUsage':
              '{"input_tokens": 812, "output_tokens": 64, "total_tokens": 876}',
          },
          tags: { 'mlflow.traceName': 'answer' },
        },
      },
    }),
  })
  if (!told.ok) throw new Error(`trace: ${told.status} ${await told.text()}`)
  return `tr-${id}`
}

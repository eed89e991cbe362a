const usage = { prompt_tokens: 12, completion_tokens: 34, total_tokens: 46 }
const body = (message: unknown, more: object = {}): object => ({
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1,
  model: 'qwen3',
  choices: [{ index: 0, message, finish_reason: 'stop', logprobs: null, ...more }],
  usage,
})

/** Answers in the shapes in which servers send them, and errors that come in their place. */
export const bodies: readonly object[] = [
  body({ role: 'assistant', content: 'It is 7.' }),
  body({ role: 'assistant', reasoning_content: 'Two and five.', content: 'It is 7.' }),
  body({ role: 'assistant', reasoning: 'Two and five.', content: 'It is 7.', tool_calls: [] }),
  body({ role: 'assistant', content: '<think>\nTwo and five.\n</think>\n\nIt is 7.' }),
  body({
    content: [
      { type: 'thinking', thinking: [{ type: 'text', text: 'Two and five.' }] },
      { type: 'text', text: 'It is 7.' },
    ],
  }),
  body({ content: null, reasoning_details: [{ type: 'reasoning.text', text: 'Two.', index: 0 }] }),
  body({ content: '', refusal: 'No.' }, { finish_reason: 'content_filter' }),
  body({ content: 'It is' }, { finish_reason: 'length', native_finish_reason: 'MAX_TOKENS' }),
  { choices: [{ text: 'It is 7.', finish_reason: { type: 'stop' } }], usage: [usage] },
  { data: body({ content: 'It is 7.' }), success: true },
  {
    ...body({ content: 'It is 7.', provider_specific_fields: { thinking: 'Two.' } }),
    usageMetadata: {
      promptTokenCount: 1,
      candidatesTokenCount: 2,
      totalTokenCount: 9,
      thoughtsTokenCount: 6,
    },
  },
  { error: { message: 'maximum context length is 4096', type: 'invalid_request_error', code: 400 } },
  { object: 'error', message: 'too many requests', code: 429 },
  { detail: [{ loc: ['body', 'temperature'], msg: 'extra inputs', type: 'extra_forbidden' }] },
  { base_resp: { status_code: 1002, status_msg: 'rate limit' } },
  [{ error: { code: 503, message: 'overloaded', status: 'UNAVAILABLE' } }],
]

const chunk = (delta: unknown, finish: string | null = null): object => ({
  id: 'c',
  object: 'chat.completion.chunk',
  choices: [{ index: 0, delta, finish_reason: finish }],
})
const events = (chunks: readonly unknown[], end = 'data: [DONE]\n\n'): string =>
  chunks.map((each) => `data: ${JSON.stringify(each)}\n\n`).join('') + end

/** Streams of events as servers send them. */
export const streams: readonly string[] = [
  events([
    chunk({ role: 'assistant', content: '' }),
    chunk({ reasoning_content: 'Zwei und fünf, 二加五.' }),
    chunk({ content: 'It is ' }),
    chunk({ content: '7 ✓.' }),
    chunk({}, 'stop'),
    { choices: [], usage },
  ]),
  `: keep-alive\r\n\r\n${events([chunk({ content: 'It is 7.' }), chunk({ content: '' }, 'stop')], '').replaceAll('\n', '\r\n')}`,
  events([
    chunk({ content: '<think>' }),
    chunk({ content: 'Two</thi' }),
    chunk({ content: 'nk>7' }, 'length'),
  ]),
  `event: message\nid: 1\nretry: 5\ndata: {"choices":[{"index":0,\ndata: "delta":{"content":"7"},"finish_reason":"stop"}]}\n\n`,
  events([
    chunk({ content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'Two.' }] }] }),
    chunk({ reasoning_details: [{ type: 'reasoning.text', text: 'x', index: 0 }] }),
    chunk({ content: [{ type: 'text', text: '7' }] }, 'stop'),
  ]),
  events([chunk({ content: 'It is' }), { error: { message: 'engine died', code: 500 } }], ''),
  `event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n`,
  events([{ choices: [{ index: 0, message: { role: 'assistant', content: '7' }, finish_reason: 'stop' }] }]),
  `{"choices":[{"index":0,"delta":{"content":"7"}}]}\n{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n`,
]

/** What events are made of. */
export const eventTokens: readonly string[] = [
  'data: ',
  'data:',
  'data',
  'event: error\n',
  'id: \u0000\n',
  'retry: x\n',
  ':\n',
  '\n',
  '\n\n',
  '\r',
  '\r\n\r\n',
  '[DONE]',
  'data: [DONE]\n\n',
  'data: {}\n\n',
  'data: null\n\n',
  'data: [[]]\n\n',
  'data: {"choices":null}\n\n',
  'data: {"choices":[{"delta":null,"finish_reason":7}]}\n\n',
  'data: {"choices":[{"index":"x","delta":{"content":5}}]}\n\n',
  'data: {"choices":[{"index":1e308,"delta":{"content":"z"}}]}\n\n',
  'data: {"usage":{"completion_tokens":-1}}\n\n',
  '"finish_reason":"stop"',
  '{',
  '}',
  '"',
  '\\',
  '\\ud800',
  '\ufeff',
  '<html>',
  '\u2028',
]

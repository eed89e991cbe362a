/** A body of a chat completion, in a form that some server has, and what has to come of it through every door. */
export type BodyCase = {
  body: Record<string, unknown>
  /** What of the reading must be so; `error` is the beginning of a trace's error, of doors that store one. */
  want: { reasoning?: string; answer?: string; finish_state?: string; error?: string }
}

const reasoning =
  'Okay, I have to work this out. 57 and 718 make 775. Let me check that again: 思考 ✓ 🙂, yes, 775.'
const answer = 'The result is \\boxed{775}.'

const usage = { prompt_tokens: 31, completion_tokens: 90, total_tokens: 121 }
const whole = { reasoning, answer, finish_state: 'complete' }

function bodyWith(message: object, end: unknown = 'stop', choice: object = {}): Record<string, unknown> {
  const choices = [{ index: 0, message: { role: 'assistant', ...message }, finish_reason: end, ...choice }]
  return { id: 'c', object: 'chat.completion', model: 'M', choices, usage }
}

const separate = { reasoning_content: reasoning, content: answer }

/** Marks of reasoning that are read, as they stand around it. */
const marks: readonly [string, string][] = [
  ['<|START_THINKING|>', '<|END_THINKING|>'],
  ['<reasoning>', '</reasoning>'],
  ['<think type="long">', '</think>'],
  ['<start_of_thought>', '<end_of_thought>'],
  ['<think_start>', '<think_end>'],
  ['[BEGIN_THINKING]', '[END_THINKING]'],
  ['[think]', '[/think]'],
  ['<<thinking>>', '<</thinking>>'],
  ['{{think}}', '{{/think}}'],
  ['«think»', '«/think»'],
  ['【思考】', '【/思考】'],
  ['<思考过程>', '</思考过程>'],
  ['<|thought|>', '<|answer|>'],
  ['<|think|>', '</think>'],
  ['<think>', '<|/think|>'],
  ['<ctrl94>thought\n', '<ctrl95>'],
  ['<|im_start|>think\n', '<|im_end|>\n<|im_start|>answer\n'],
]

/** Marks that nobody knows, and what nothing marks: set aside where no reasoning is wanted, never an answer. */
const strange: readonly [string, string][] = [
  ['<plan>', '</plan>'],
  ['<|notes|>', '<|/notes|>'],
  ['{{steps}}', '{{/steps}}'],
  ['```thinking\n', '\n```'],
  ['<!-- thinking\n', '\n-->'],
  ['**Thinking:** ', '\n\n**Answer:**'],
  ['(thinking) ', ' (/thinking)'],
  ['Reasoning: ', '\n\nFinal answer:'],
  ['> ', '\n'],
]

/** What is taken off an answer. */
const wrappers: readonly [string, string][] = [
  ['<answer>', '</answer>'],
  ['', '</response>'],
  ['<|begin_of_box|>', '<|end_of_box|>'],
  ['<s>', '</s>'],
  ['', '<end_of_text>'],
  ['', '[DONE]'],
  ['assistant\n', ''],
  ['Assistant: ', ''],
  ['<回答>', '</回答>'],
]

/** Contents and messages made of parts. */
const parted: Readonly<Record<string, object>> = {
  'output_text and a summary': {
    content: [
      { type: 'reasoning', summary: [{ type: 'summary_text', text: reasoning }] },
      { type: 'output_text', text: answer },
    ],
  },
  'parts of an answer by name': {
    content: [
      { type: 'reasoning', reasoning },
      { type: 'answer', answer },
    ],
  },
  'parts without types': { content: [{ reasoning }, { content: answer }] },
  'parts as Bedrock has them': {
    content: [{ reasoningContent: { reasoningText: { text: reasoning } } }, { text: answer }],
  },
  'a message in a message': {
    content: [
      { type: 'reasoning', content: [{ type: 'reasoning_text', text: reasoning }] },
      { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: answer }] },
    ],
  },
  'parts in an object': {
    content: { role: 'model', parts: [{ text: reasoning, thought: true }, { text: answer }] },
  },
  'an answer in another member': { reasoning_content: reasoning, content: null, output: answer },
  'a field of a gateway': { provider_specific_fields: { thinking: reasoning }, content: answer },
}

/** Ends that are no good ones, by what they have to mean. */
const ends: readonly [unknown, string][] = [
  [{ type: 'length', length: 100 }, 'cut_in_answer'],
  ['limit_reached', 'cut_in_answer'],
  ['out_of_tokens', 'cut_in_answer'],
  ['incomplete', 'cut_in_answer'],
  ['risk_control', 'refusal'],
  ['violation', 'refusal'],
  ['unsafe', 'refusal'],
  [2, 'unknown_end'],
  ['loop_detected', 'unknown_end'],
  [{ type: 'stop', matched: 2 }, 'complete'],
  ['FinishReason.STOP', 'complete'],
]

/** Every case by its name. */
export const bodyCases: Readonly<Record<string, BodyCase>> = Object.fromEntries([
  ...marks.map(([open, close]) => [
    `marked ${open.trim()}`,
    { body: bodyWith({ content: `${open}${reasoning}${close}\n${answer}` }), want: whole },
  ]),
  ...strange.map(([open, close]) => [
    `strange ${open.trim()}`,
    {
      body: bodyWith({ content: `${open}${reasoning}${close}\n${answer}` }),
      want: { error: 'quarantined_' },
    },
  ]),
  ...wrappers.map(([open, close]) => [
    `wrapped ${open.trim()}…${close}`,
    { body: bodyWith({ reasoning_content: reasoning, content: `${open}${answer}${close}` }), want: whole },
  ]),
  ...Object.entries(parted).map(([name, message]) => [name, { body: bodyWith(message), want: whole }]),
  ...ends.map(([word, state]) => [
    `ended by ${JSON.stringify(word)}`,
    { body: bodyWith(separate, word), want: { answer, finish_state: state } },
  ]),
  [
    'a native end',
    {
      body: bodyWith(separate, 'stop', { native_finish_reason: 'MAX_TOKENS' }),
      want: { finish_state: 'cut_in_answer' },
    },
  ],
  [
    'beside the message',
    { body: bodyWith({ content: answer }, 'stop', { reasoning_content: reasoning }), want: whole },
  ],
  [
    'a refusal as a part',
    {
      body: bodyWith({ content: [{ type: 'refusal', refusal: 'I cannot help with that.' }] }),
      want: { finish_state: 'refusal' },
    },
  ],
  [
    'a part that nothing reads',
    {
      body: bodyWith({
        content: [
          { type: 'text', text: answer },
          { type: 'blob', body: 'These are further words.' },
        ],
      }),
      want: { error: 'quarantined_unread_text' },
    },
  ],
] as [string, BodyCase][])

import type { Completion, Fault } from './fault.ts'

/** 200 with an error object in place of the choices, as routers send it. */
export const errorIn200: Fault = {
  name: 'error_in_200',
  status: 200,
  respond({ response }) {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ error: { message: 'Provider returned error', code: 502 } }))
  },
}

/** 200 with a web page, as a captive gateway sends it. */
export const htmlIn200: Fault = {
  name: 'html_in_200',
  status: 200,
  respond({ response }) {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
    response.end(
      '<!doctype html><html><head><title>Please wait</title></head><body>Checking your browser</body></html>',
    )
  },
}

export const emptyBody: Fault = {
  name: 'empty_body',
  status: 200,
  respond({ response }) {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end()
  },
}

/** 200 with JSON that ends in the middle, and a length that agrees with it. */
export const cutJson: Fault = {
  name: 'cut_json',
  status: 200,
  respond({ response }) {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(
      '{"id":"chatcmpl-sim-cut","object":"chat.completion","choices":[{"index":0,"message":{"role":"assis',
    )
  },
}

/** A completion without any choice. */
export const noChoices: Fault = {
  name: 'no_choices',
  status: 200,
  respond({ response, model }) {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(
      JSON.stringify({ id: 'chatcmpl-sim-none', object: 'chat.completion', created: 0, model, choices: [] }),
    )
  },
}

export const usageMissing: Fault = {
  name: 'usage_missing',
  status: 200,
  alter: (completion) => ({ ...completion, usage: null }),
}

/** SGLang's place for the reasoning count: beside the others, not in the details. */
export const usageTopLevel: Fault = {
  name: 'usage_top_level',
  status: 200,
  alter(completion) {
    if (completion.usage === null) return completion
    const { completion_tokens_details: details, ...usage } = completion.usage
    return { ...completion, usage: { ...usage, ...(details as Record<string, unknown>) } }
  },
}

/** The prompt was cut silently: the count of its tokens is too small. */
export const promptCut: Fault = {
  name: 'prompt_cut',
  status: 200,
  alter: (completion) => ({
    ...completion,
    usage: completion.usage === null ? null : { ...completion.usage, prompt_tokens: 4 },
  }),
}

/** The seed is ignored in favour of a fixed one, so that the samples of one request are copies. */
export const seedIgnored: Fault = {
  name: 'seed_ignored',
  status: 200,
  mishear: (body) => ({ ...body, seed: null }),
}

/** The reasoning parser is off where it was on, or on where it was off. */
export const reasoningMoved: Fault = {
  name: 'reasoning_moved',
  status: 200,
  replyShape: (usual) =>
    usual === 'inline' || usual === 'closing_tag_only' || usual === 'harmony_raw' ? 'vllm' : 'inline',
}

export const wrongModel: Fault = {
  name: 'wrong_model',
  status: 200,
  alter: (completion) => ({ ...completion, model: 'another-model' }),
}

/** A moderation filter stopped the answer half-way. */
export const contentFilter: Fault = {
  name: 'content_filter',
  status: 200,
  alter: (completion) => ({ ...halved(completion), finishReason: 'content_filter' }),
}

/** DeepSeek's finish reason for a server that ran out of resources. */
export const systemResource: Fault = {
  name: 'insufficient_system_resource',
  status: 200,
  alter: (completion) => ({ ...halved(completion), finishReason: 'insufficient_system_resource' }),
}

/** Null content and no reasoning with `stop`. */
export const nullContent: Fault = {
  name: 'null_content',
  status: 200,
  alter: (completion) => ({ ...completion, message: { role: 'assistant', content: null }, segments: [] }),
}

/** The first half of every text. */
function halved(completion: Completion): Completion {
  const message = Object.fromEntries(
    Object.entries(completion.message).map(([key, value]) => [
      key,
      typeof value === 'string' && key !== 'role' ? value.slice(0, value.length / 2) : value,
    ]),
  )
  const segments = completion.segments.map((segment) => ({
    ...segment,
    text: segment.text.slice(0, segment.text.length / 2),
  }))
  return { ...completion, message, segments }
}
